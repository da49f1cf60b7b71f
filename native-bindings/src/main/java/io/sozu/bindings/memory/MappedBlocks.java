package io.sozu.bindings.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Blocks of whole pages from mmap(2): zero by themselves, and no page is in memory before it is touched.
 *
 * <p>Huge pages are declined: one byte touched in a slab would make two megabytes resident.
 */
final class MappedBlocks {
    private static final int PROT_READ_WRITE = 0x1 | 0x2;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
    private static final int MADV_NOHUGEPAGE = 15;
    private static final long FAILED = -1;

    private MappedBlocks() {
    }

    /**
     * Maps zeroed memory.
     *
     * @throws OutOfMemoryError when the kernel has none
     */
    static long map(final long sizeBytes) {
        final long address;
        try {
            address = (long) Map.CALL.invokeExact(Map.MMAP, 0L, sizeBytes, (long) PROT_READ_WRITE,
                    (long) MAP_PRIVATE_ANONYMOUS, -1L, 0L);
            if (address != FAILED) {
                // A kernel without huge pages refuses, and has nothing to decline.
                final int ignored = (int) (long) Advise.CALL.invokeExact(Advise.MADVISE, address, sizeBytes,
                        (long) MADV_NOHUGEPAGE);
            }
        } catch (final Throwable thrown) {
            throw broken(thrown);
        }
        if (address == FAILED) {
            throw new OutOfMemoryError("mmap of " + sizeBytes + " bytes");
        }
        return address;
    }

    /** Gives back what {@link #map} returned, with the same size. */
    static void unmap(final long address, final long sizeBytes) {
        final int result;
        try {
            result = (int) (long) Unmap.CALL.invokeExact(Unmap.MUNMAP, address, sizeBytes);
        } catch (final Throwable thrown) {
            throw broken(thrown);
        }
        if (result != 0) {
            throw new IllegalArgumentException("munmap of " + sizeBytes + " bytes at " + address);
        }
    }

    /** No call of ours throws: only the JVM's own troubles come this way. */
    private static Error broken(final Throwable thrown) {
        return thrown instanceof final Error error ? error : new AssertionError(thrown);
    }

    private static MemorySegment function(final String name) {
        return Linker.nativeLinker().defaultLookup().find(name)
                .orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
    }

    /** The function stays an argument: binding it costs another class at start-up. */
    @SuppressWarnings("restricted")
    private static MethodHandle link(final int arguments) {
        final MemoryLayout[] longs = new MemoryLayout[arguments];
        Arrays.fill(longs, ValueLayout.JAVA_LONG);
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_LONG, longs));
    }

    private static final class Map {
        private static final MemorySegment MMAP = function("mmap");
        private static final MethodHandle CALL = link(6);
    }

    private static final class Advise {
        private static final MemorySegment MADVISE = function("madvise");
        private static final MethodHandle CALL = link(3);
    }

    private static final class Unmap {
        private static final MemorySegment MUNMAP = function("munmap");
        private static final MethodHandle CALL = link(2);
    }
}
