package io.sozu.protocols.http1;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.nio.charset.StandardCharsets;

/** A block of native memory that holds a text (ISO 8859-1) behind some head-room. */
final class NativeText implements AutoCloseable {
    static final int HEAD_ROOM_BYTES = 4096;

    private final int sizeBytes;
    private final long block;
    private int lengthBytes;

    NativeText(final int capacityBytes) {
        this.sizeBytes = HEAD_ROOM_BYTES + capacityBytes + 1;
        this.block = NativeMemory.allocate(MemoryTag.SCRATCH, sizeBytes);
    }

    NativeText(final String text) {
        this(text.length());
        set(text);
    }

    long address() {
        return block + HEAD_ROOM_BYTES;
    }

    int lengthBytes() {
        return lengthBytes;
    }

    void set(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        Memory.copy(bytes, 0, address(), bytes.length);
        lengthBytes = bytes.length;
    }

    /** Reads native bytes as text. */
    static String text(final long address, final int lengthBytes) {
        return new String(Memory.toArray(address, lengthBytes), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        NativeMemory.free(MemoryTag.SCRATCH, block, sizeBytes);
    }
}
