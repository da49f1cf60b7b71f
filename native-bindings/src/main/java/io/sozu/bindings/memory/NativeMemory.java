package io.sozu.bindings.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Allocates zeroed native memory and accounts it by {@link MemoryTag}.
 *
 * <p>Small blocks come from the C library's heap. Large ones are pages of their own that take no memory
 * before they are touched. The accounts are process-wide because the memory is: whoever allocates must free
 * with the same tag.
 */
public final class NativeMemory {
    /** Blocks from this size on are mapped. */
    static final long MAPPED_FROM_BYTES = 64 << 10;

    private static final int ALIGNMENT_BYTES = 64;
    private static final AtomicLongArray BYTES = new AtomicLongArray(MemoryTag.values().length);
    private static final Map<Long, Long> SMALL = new ConcurrentHashMap<>();
    private static final Map<Long, Long> MAPPED = new ConcurrentHashMap<>();

    private NativeMemory() {
    }

    /**
     * Allocates zeroed bytes, aligned to 64, large blocks to pages.
     *
     * @return the address; the caller owns it and gives it back with {@link #free}
     * @throws OutOfMemoryError when there is none left
     */
    public static long allocate(final MemoryTag tag, final long sizeBytes) {
        final long address = sizeBytes < MAPPED_FROM_BYTES ? small(sizeBytes) : mapped(sizeBytes);
        BYTES.addAndGet(tag.ordinal(), sizeBytes);
        return address;
    }

    private static long small(final long sizeBytes) {
        final long address = HeapBlocks.allocate(Math.max(1, sizeBytes), ALIGNMENT_BYTES);
        SMALL.put(address, sizeBytes);
        return address;
    }

    private static long mapped(final long sizeBytes) {
        final long address = MappedBlocks.map(sizeBytes);
        MAPPED.put(address, sizeBytes);
        return address;
    }

    /** Gives back what {@link #allocate} returned, with the same tag and size. */
    public static void free(final MemoryTag tag, final long address, final long sizeBytes) {
        if (sizeBytes < MAPPED_FROM_BYTES) {
            final boolean known = SMALL.remove(address, sizeBytes);
            assert known : "not allocated here: " + sizeBytes + " bytes at " + address;
            if (known) {
                HeapBlocks.free(address);
            }
        } else {
            final boolean known = MAPPED.remove(address, sizeBytes);
            assert known : "not allocated here: " + sizeBytes + " bytes at " + address;
            MappedBlocks.unmap(address, sizeBytes);
        }
        BYTES.addAndGet(tag.ordinal(), -sizeBytes);
    }

    /** Returns the bytes that live under a tag now. */
    public static long bytes(final MemoryTag tag) {
        return BYTES.get(tag.ordinal());
    }
}
