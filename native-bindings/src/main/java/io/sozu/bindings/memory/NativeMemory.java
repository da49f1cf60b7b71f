package io.sozu.bindings.memory;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Allocates zeroed native memory outside any {@link Arena} of the caller and accounts it by {@link MemoryTag}.
 *
 * <p>The accounts are process-wide because the memory is: whoever allocates must free with the same tag.
 */
public final class NativeMemory {
    private static final AtomicLongArray BYTES = new AtomicLongArray(MemoryTag.values().length);
    private static final Map<Long, Arena> ARENAS = new ConcurrentHashMap<>();

    private NativeMemory() {
    }

    /**
     * Allocates zeroed bytes, aligned to 64.
     *
     * @return the address; the caller owns it and gives it back with {@link #free}
     */
    public static long allocate(final MemoryTag tag, final long sizeBytes) {
        final Arena arena = Arena.ofShared();
        final long address = arena.allocate(sizeBytes, 64).address();
        ARENAS.put(address, arena);
        BYTES.addAndGet(tag.ordinal(), sizeBytes);
        return address;
    }

    /** Gives back what {@link #allocate} returned, with the same tag and size. */
    public static void free(final MemoryTag tag, final long address, final long sizeBytes) {
        final Arena arena = ARENAS.remove(address);
        assert arena != null : "not allocated here: " + address;
        arena.close();
        BYTES.addAndGet(tag.ordinal(), -sizeBytes);
    }

    /** Returns the bytes that live under a tag now. */
    public static long bytes(final MemoryTag tag) {
        return BYTES.get(tag.ordinal());
    }
}
