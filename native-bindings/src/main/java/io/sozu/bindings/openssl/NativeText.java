package io.sozu.bindings.openssl;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes in native memory behind which stands a 0, for one call or a few; zeroed when they are given back, as
 * they may be those of a private key. Control path.
 */
public final class NativeText implements AutoCloseable {
    private static final int MAX_C_STRING = 4096;
    private final long address;
    private final int lengthBytes;

    private NativeText(final byte[] bytes) {
        lengthBytes = bytes.length;
        address = NativeMemory.allocate(MemoryTag.TLS, lengthBytes + 1L);
        Memory.copy(bytes, 0, address, lengthBytes);
    }

    /** Copies a text as UTF-8; what is in between is zeroed. */
    public static NativeText of(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        final NativeText copy = new NativeText(bytes);
        Arrays.fill(bytes, (byte) 0);
        return copy;
    }

    /** Copies bytes. */
    public static NativeText of(final byte[] bytes) {
        return new NativeText(bytes);
    }

    public long address() {
        return address;
    }

    /** Returns the count without the 0 behind them. */
    public int lengthBytes() {
        return lengthBytes;
    }

    /** Reads a C string, of which no more than 4 KB is looked at. */
    static String read(final long address) {
        int length = 0;
        while (length < MAX_C_STRING && Memory.getByte(address + length) != 0) {
            length++;
        }
        return new String(Memory.toArray(address, length), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        Memory.zero(address, lengthBytes);
        NativeMemory.free(MemoryTag.TLS, address, lengthBytes + 1L);
    }
}
