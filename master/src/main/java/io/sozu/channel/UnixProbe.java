package io.sozu.channel;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.SockAddr;
import io.sozu.bindings.linux.SocketOptions;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;

/** Asks whether anybody accepts connections at the path of a unix socket. Control path. */
public final class UnixProbe {
    private UnixProbe() {
    }

    /**
     * Connects and closes again.
     *
     * @return 0 when somebody listens, else {@code -errno}
     */
    public static int connect(final Kernel kernel, final String path) {
        final int fd = kernel.socket(SocketOptions.AF_UNIX, SocketOptions.SOCK_STREAM, 0);
        if (fd < 0) {
            return fd;
        }
        final long address = NativeMemory.allocate(MemoryTag.SCRATCH, SockAddr.MAX_BYTES);
        final int result = kernel.connect(fd, address, SockAddr.writeUnix(address, path));
        NativeMemory.free(MemoryTag.SCRATCH, address, SockAddr.MAX_BYTES);
        kernel.close(fd);
        // With a full queue somebody listens too, and is busy.
        return result == -Errno.EAGAIN ? 0 : result;
    }
}
