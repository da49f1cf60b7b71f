package io.sozu.bindings.sim;

import io.sozu.bindings.memory.Memory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Native memory whose last byte is followed by nothing: reading or writing past it fails.
 *
 * <p>A parser gets its input {@link #place placed} at the end of the block. The page behind belongs to a file
 * that was cut before it, so the machine raises a bus error, which the JVM turns into an {@link
 * InternalError} in the test that overran. A page without access rights would kill the JVM and leave nobody
 * to name the test.
 *
 * <pre>
 *  address()                                     end()
 *  +-----------------------------+--------------+ - - - - - - - - -
 *  |                             | placed bytes | dead page
 *  +-----------------------------+--------------+ - - - - - - - - -
 * </pre>
 */
public final class GuardedBlock implements AutoCloseable {
    private static final long PAGE_BYTES = 64 << 10;
    private static final AtomicInteger LIVE = new AtomicInteger();

    private final Arena arena = Arena.ofShared();
    private final long address;
    private final long end;

    /** Maps at least so many bytes; the last of them lies before the dead page. */
    public GuardedBlock(final long sizeBytes) {
        final long wholeBytes = (sizeBytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
        final long mapped = map(wholeBytes);
        end = mapped + wholeBytes;
        address = end - sizeBytes;
        LIVE.incrementAndGet();
    }

    private long map(final long wholeBytes) {
        try {
            final Path file = Files.createTempFile("guarded", null);
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                final long mapped =
                        channel.map(MapMode.READ_WRITE, 0, wholeBytes + PAGE_BYTES, arena).address();
                channel.truncate(wholeBytes);
                return mapped;
            } finally {
                Files.delete(file);
            }
        } catch (final IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Returns how many blocks are not closed. */
    public static int live() {
        return LIVE.get();
    }

    /** Returns where the block starts. */
    public long address() {
        return address;
    }

    /** Returns the address of the first dead byte. */
    public long end() {
        return end;
    }

    /** Copies bytes to the very end of the block and returns where they start. */
    public long place(final byte[] bytes) {
        return place(bytes, 0, bytes.length);
    }

    /** Copies some of the bytes to the very end of the block and returns where they start. */
    public long place(final byte[] bytes, final int from, final int lengthBytes) {
        if (lengthBytes > end - address) {
            throw new IllegalArgumentException(lengthBytes + " bytes do not fit into " + (end - address));
        }
        final long target = end - lengthBytes;
        Memory.copy(bytes, from, target, lengthBytes);
        return target;
    }

    /** Unmaps the block. */
    @Override
    public void close() {
        arena.close();
        LIVE.decrementAndGet();
    }
}
