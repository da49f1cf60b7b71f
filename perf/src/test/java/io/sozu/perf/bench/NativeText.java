package io.sozu.perf.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;

/** Text in native memory with room before and behind it; owns its memory. */
final class NativeText implements AutoCloseable {
    private static final int ROOM_BYTES = 2048;

    private final long base;
    private final int sizeBytes;
    private final byte[] text;

    NativeText(final String text) {
        this.text = text.getBytes(ISO_8859_1);
        this.sizeBytes = this.text.length + 2 * ROOM_BYTES;
        this.base = NativeMemory.allocate(MemoryTag.SCRATCH, sizeBytes);
        restore();
    }

    /** Writes the text anew where it stood at first. */
    void restore() {
        Memory.copy(text, 0, address(), text.length);
    }

    long address() {
        return base + ROOM_BYTES;
    }

    int bytes() {
        return text.length;
    }

    @Override
    public void close() {
        NativeMemory.free(MemoryTag.SCRATCH, base, sizeBytes);
    }
}
