package io.sozu.bindings.memory;

import io.sozu.bindings.foreign.ForeignCalls;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

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
            throw ForeignCalls.broken(thrown);
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
            throw ForeignCalls.broken(thrown);
        }
        if (result != 0) {
            throw new IllegalArgumentException("munmap of " + sizeBytes + " bytes at " + address);
        }
    }

    private static final class Map {
        private static final MemorySegment MMAP = ForeignCalls.function("mmap");
        private static final MethodHandle CALL = ForeignCalls.longs(6);
    }

    private static final class Advise {
        private static final MemorySegment MADVISE = ForeignCalls.function("madvise");
        private static final MethodHandle CALL = ForeignCalls.longs(3);
    }

    private static final class Unmap {
        private static final MemorySegment MUNMAP = ForeignCalls.function("munmap");
        private static final MethodHandle CALL = ForeignCalls.longs(2);
    }
}
