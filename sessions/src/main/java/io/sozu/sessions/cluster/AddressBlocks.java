package io.sozu.sessions.cluster;

import io.sozu.bindings.linux.SockAddr;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.util.Arrays;

/**
 * Native room for one socket address per backend index, in chunks that are allocated with their first
 * address and freed with their last; an address never moves while it is held.
 */
final class AddressBlocks {
    private static final int BLOCK_BYTES = 128;
    private static final int CHUNK_BLOCKS = 64;
    private static final int CHUNK_BYTES = CHUNK_BLOCKS * BLOCK_BYTES;

    static {
        assert BLOCK_BYTES >= SockAddr.MAX_BYTES;
    }

    private long[] chunks = new long[4];
    private int[] held = new int[4];

    /** Returns the zeroed block of an index. */
    long acquire(final int index) {
        final int chunk = index / CHUNK_BLOCKS;
        if (chunk >= chunks.length) {
            final int length = Math.max(chunk + 1, chunks.length * 2);
            chunks = Arrays.copyOf(chunks, length);
            held = Arrays.copyOf(held, length);
        }
        if (held[chunk]++ == 0) {
            chunks[chunk] = NativeMemory.allocate(MemoryTag.CONFIGURATION, CHUNK_BYTES);
        }
        final long address = chunks[chunk] + (long) (index % CHUNK_BLOCKS) * BLOCK_BYTES;
        Memory.zero(address, BLOCK_BYTES);
        return address;
    }

    void release(final int index) {
        final int chunk = index / CHUNK_BLOCKS;
        assert held[chunk] > 0 : index;
        if (--held[chunk] == 0) {
            NativeMemory.free(MemoryTag.CONFIGURATION, chunks[chunk], CHUNK_BYTES);
            chunks[chunk] = 0;
        }
    }
}
