package io.sozu.bindings.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads and writes native memory by raw address, in native byte order, at any alignment.
 *
 * <p>Nothing here checks bounds: a caller is a flyweight or parser that has checked its offsets, and no
 * offset that came from the network reaches this class unchecked.
 */
public final class Memory {
    @SuppressWarnings("restricted")
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private Memory() {
    }

    public static byte getByte(final long address) {
        return ALL.get(BYTE, address);
    }

    public static void putByte(final long address, final byte value) {
        ALL.set(BYTE, address, value);
    }

    public static short getShort(final long address) {
        return ALL.get(SHORT, address);
    }

    public static void putShort(final long address, final short value) {
        ALL.set(SHORT, address, value);
    }

    public static int getInt(final long address) {
        return ALL.get(INT, address);
    }

    public static void putInt(final long address, final int value) {
        ALL.set(INT, address, value);
    }

    public static long getLong(final long address) {
        return ALL.get(LONG, address);
    }

    public static void putLong(final long address, final long value) {
        ALL.set(LONG, address, value);
    }

    /** Copies {@code lengthBytes} bytes; source and target may overlap. */
    public static void copy(final long source, final long target, final long lengthBytes) {
        MemorySegment.copy(ALL, source, ALL, target, lengthBytes);
    }

    /** Copies a heap array into native memory. */
    public static void copy(final byte[] source, final int from, final long target, final int lengthBytes) {
        MemorySegment.copy(source, from, ALL, BYTE, target, lengthBytes);
    }

    /** Copies native memory into a heap array. */
    public static void copy(final long source, final byte[] target, final int to, final int lengthBytes) {
        MemorySegment.copy(ALL, BYTE, source, target, to, lengthBytes);
    }

    /** Sets {@code lengthBytes} bytes to zero. */
    public static void zero(final long address, final long lengthBytes) {
        // Not asSlice().fill(): the slice is an object wherever the compiler does not inline all of it.
        final long end = address + lengthBytes;
        long at = address;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            putLong(at, 0);
        }
        for (; at < end; at++) {
            putByte(at, (byte) 0);
        }
    }

    /** Returns a fresh heap copy of native bytes; control path and tests only. */
    public static byte[] toArray(final long address, final int lengthBytes) {
        final byte[] bytes = new byte[lengthBytes];
        copy(address, bytes, 0, lengthBytes);
        return bytes;
    }
}
