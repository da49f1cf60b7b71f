package io.sozu.eventloop.sink;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.util.concurrent.locks.LockSupport;

/**
 * Standard output or error: inherited, shared with other processes, blocking or not as those please.
 *
 * <p>A full pipe that does not block is tried again for a bounded time; then the lines not yet written are
 * lost. A line that was cut by a failure is ended before the next one.
 */
final class DescriptorSink implements LogSink {
    private static final int TRIES = 100;
    private static final long PAUSE_NANOS = 2_000_000;
    private final Kernel kernel;
    private final int fd;
    private final long lineFeed;
    private boolean inLine;

    /**
     * Writes to a descriptor that stays the caller's.
     *
     * @param kernel an instance for the writer's thread alone
     */
    DescriptorSink(final Kernel kernel, final int fd) {
        this.kernel = kernel;
        this.fd = fd;
        this.lineFeed = NativeMemory.allocate(MemoryTag.LOG, 1);
        Memory.putByte(lineFeed, (byte) '\n');
    }

    @Override
    public int write(final long address, final int lengthBytes) {
        if (inLine && writeSome(lineFeed, 1) == 0) {
            return LogSink.lines(address, lengthBytes);
        }
        final long written = writeSome(address, lengthBytes);
        inLine = written > 0 && Memory.getByte(address + written - 1) != '\n';
        return LogSink.lines(address + written, lengthBytes - written);
    }

    /** Returns how many bytes were written before an error, or before the patience with a full pipe ended. */
    private long writeSome(final long address, final long lengthBytes) {
        long written = 0;
        int tries = 0;
        while (written < lengthBytes) {
            final long result = kernel.write(fd, address + written, lengthBytes - written);
            if (result > 0) {
                written += result;
                tries = 0;
            } else if (result == -Errno.EAGAIN && tries < TRIES) {
                tries++;
                LockSupport.parkNanos(PAUSE_NANOS);
            } else if (result != -Errno.EINTR) {
                break;
            }
        }
        return written;
    }

    @Override
    public void close() {
        NativeMemory.free(MemoryTag.LOG, lineFeed, 1);
    }
}
