package io.sozu.protocols.http;

import io.sozu.bindings.memory.Memory;
import java.nio.ByteOrder;

/**
 * Classes of ASCII characters and comparisons of native bytes, eight at a time where that pays.
 *
 * <p>No method reads outside the span it is given: there may be an unmapped page behind it.
 */
public final class Ascii {
    public static final byte HTAB = 9;
    public static final byte LF = 10;
    public static final byte CR = 13;
    public static final byte SP = 32;
    public static final byte DEL = 127;

    private static final int TOKEN = 1;
    private static final int TARGET = 2;
    private static final int HOST = 4;
    private static final int DIGIT = 8;
    private static final int HEX = 16;
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final byte[] CLASSES = classes();

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new ExceptionInInitializerError("needs a little-endian machine");
        }
    }

    private Ascii() {
    }

    private static byte[] classes() {
        final byte[] classes = new byte[256];
        for (int c = 0x21; c < DEL; c++) {
            final boolean digit = c >= '0' && c <= '9';
            final boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
            int bits = c == '#' ? 0 : TARGET;
            if (digit || letter || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
                bits |= TOKEN;
            }
            if (digit || letter || c == '-' || c == '.' || c == '_') {
                bits |= HOST;
            }
            if (digit) {
                bits |= DIGIT;
            }
            if (digit || (c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
                bits |= HEX;
            }
            classes[c] = (byte) bits;
        }
        return classes;
    }

    /** Tells whether a byte may stand in a method or field name (RFC 9110, section 5.6.2). */
    public static boolean isToken(final byte character) {
        return (CLASSES[character & 0xff] & TOKEN) != 0;
    }

    /** Tells whether a byte is a visible ASCII character other than {@code #}. */
    public static boolean isTarget(final byte character) {
        return (CLASSES[character & 0xff] & TARGET) != 0;
    }

    /** Tells whether a byte may stand in a host name: letters, digits, {@code - . _}. */
    public static boolean isHost(final byte character) {
        return (CLASSES[character & 0xff] & HOST) != 0;
    }

    public static boolean isDigit(final byte character) {
        return (CLASSES[character & 0xff] & DIGIT) != 0;
    }

    public static boolean isHex(final byte character) {
        return (CLASSES[character & 0xff] & HEX) != 0;
    }

    /** Returns the value of a character for which {@link #isHex} holds. */
    public static int hexValue(final byte character) {
        return (character & 0xf) + (character >>> 6) * 9;
    }

    public static boolean isSpace(final byte character) {
        return character == SP || character == HTAB;
    }

    /** Returns the offset of the first control character other than HTAB in [from, to), or {@code to}. */
    public static int findControl(final long address, final int from, final int to) {
        int at = from;
        while (at + Long.BYTES <= to) {
            final long word = Memory.getLong(address + at);
            final long hits = below(word, 0x20) | equal(word, DEL);
            if (hits == 0) {
                at += Long.BYTES;
                continue;
            }
            at += Long.numberOfTrailingZeros(hits) >>> 3;
            if (Memory.getByte(address + at) != HTAB) {
                return at;
            }
            at++;
        }
        while (at < to && !isControl(Memory.getByte(address + at))) {
            at++;
        }
        return at;
    }

    /** Returns the offset of the first byte in [from, to) that cannot stand in a target, or {@code to}. */
    public static int findTargetEnd(final long address, final int from, final int to) {
        int at = from;
        while (at + Long.BYTES <= to) {
            final long word = Memory.getLong(address + at);
            final long hits = below(word, 0x21) | equal(word, DEL) | equal(word, '#') | word & TOPS;
            if (hits != 0) {
                return at + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
            at += Long.BYTES;
        }
        while (at < to && isTarget(Memory.getByte(address + at))) {
            at++;
        }
        return at;
    }

    /** Returns the offset of the first byte in [from, to) that equals {@code character}, or {@code to}. */
    public static int find(final long address, final int from, final int to, final byte character) {
        int at = from;
        while (at + Long.BYTES <= to) {
            final long hits = equal(Memory.getLong(address + at), character);
            if (hits != 0) {
                return at + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
            at += Long.BYTES;
        }
        while (at < to && Memory.getByte(address + at) != character) {
            at++;
        }
        return at;
    }

    /** Returns the offset behind the last LF in [from, to), or {@code from} when there is none. */
    public static int lineStart(final long address, final int from, final int to) {
        int at = to;
        while (at - Long.BYTES >= from && equal(Memory.getLong(address + at - Long.BYTES), LF) == 0) {
            at -= Long.BYTES;
        }
        while (at > from && Memory.getByte(address + at - 1) != LF) {
            at--;
        }
        return at;
    }

    private static boolean isControl(final byte character) {
        return character >= 0 && character < SP && character != HTAB || character == DEL;
    }

    /** Marks bytes below a limit of at most 0x80; exact up to the first mark, which is all that is used. */
    private static long below(final long word, final int limit) {
        return word - ONES * limit & ~word & TOPS;
    }

    private static long equal(final long word, final int character) {
        final long difference = word ^ ONES * character;
        return difference - ONES & ~difference & TOPS;
    }

    /** Turns the upper-case letters among eight bytes into lower case and leaves all other bytes alone. */
    public static long lower(final long word) {
        final long low = word & ~TOPS;
        final long beyondZ = low + ONES * (0x7f - 'Z');
        final long fromA = low + ONES * (0x80 - 'A');
        return word | ((fromA ^ beyondZ) & ~word & TOPS) >>> 2;
    }

    /** Turns an upper-case letter into lower case and leaves any other byte alone. */
    public static byte lower(final byte character) {
        return character >= 'A' && character <= 'Z' ? (byte) (character | 0x20) : character;
    }

    /** Returns lower-case ASCII text as {@link #equalsIgnoreCase(long, int, long[])} compares with it. */
    public static long[] words(final String lowerCase) {
        final int length = lowerCase.length();
        final long[] words = new long[Math.max(1, (length + 7) / Long.BYTES)];
        for (int i = 0; i < words.length; i++) {
            final int from = Math.max(0, Math.min(i * Long.BYTES, length - Long.BYTES));
            for (int k = 0; k < Long.BYTES && from + k < length; k++) {
                words[i] |= (long) lowerCase.charAt(from + k) << k * Byte.SIZE;
            }
        }
        return words;
    }

    /** Compares native bytes with a text of the same length prepared by {@link #words}. */
    public static boolean equalsIgnoreCase(final long address, final int lengthBytes, final long[] words) {
        if (lengthBytes < Long.BYTES) {
            return lower(shortWord(address, lengthBytes)) == words[0];
        }
        final int last = lengthBytes - Long.BYTES;
        for (int i = 0; i < words.length; i++) {
            if (lower(Memory.getLong(address + Math.min(i * Long.BYTES, last))) != words[i]) {
                return false;
            }
        }
        return true;
    }

    /** Compares two native texts of the same length. */
    public static boolean equalsIgnoreCase(final long first, final long second, final int lengthBytes) {
        for (int i = 0; i < lengthBytes; i++) {
            if (lower(Memory.getByte(first + i)) != lower(Memory.getByte(second + i))) {
                return false;
            }
        }
        return true;
    }

    /** Loads at most seven bytes into the low end of a word. */
    public static long shortWord(final long address, final int lengthBytes) {
        long word = 0;
        for (int i = 0; i < lengthBytes; i++) {
            word |= (Memory.getByte(address + i) & 0xffL) << i * Byte.SIZE;
        }
        return word;
    }

    /** Writes a non-negative number in decimal and returns the address behind it; at most 19 bytes. */
    public static long putDecimal(final long address, final long number) {
        assert number >= 0;
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            Memory.putByte(address + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        return address + digits;
    }
}
