package io.sozu.protocols.http;

import io.sozu.bindings.memory.Memory;

/** The number that an IPv6 address is, of a text that {@link Authority} has taken for one. */
final class Ipv6Text {
    private static final int GROUPS = 8;
    private static final int HALF_GROUPS = 4;
    private static final int GROUP_BITS = 16;

    private Ipv6Text() {
    }

    /** Returns the first or the last 64 bits of the address. */
    static long half(final long text, final int textBytes, final boolean first) {
        final int groups = groups(text, textBytes);
        long half = 0;
        int group = 0;
        int at = 0;
        while (at < textBytes) {
            if (Memory.getByte(text + at) == ':') {
                at++;
                if (at < textBytes && Memory.getByte(text + at) == ':') {
                    at++;
                    group = GROUPS - groups + group;
                }
                continue;
            }
            final int end = Ascii.find(text, at, textBytes, (byte) ':');
            final boolean dotted = Ascii.find(text, at, end, (byte) '.') < end;
            final long value = dotted ? dotted(text, at, end) : hexadecimal(text, at, end);
            final int width = dotted ? 2 : 1;
            if (first == group < HALF_GROUPS) {
                final int behind = (first ? HALF_GROUPS : GROUPS) - group - width;
                half |= value << behind * GROUP_BITS;
            }
            group += width;
            at = end;
        }
        return half;
    }

    /** Counts the groups that are written. */
    private static int groups(final long text, final int textBytes) {
        int groups = 0;
        byte previous = ':';
        for (int i = 0; i < textBytes; i++) {
            final byte character = Memory.getByte(text + i);
            groups += character != ':' && previous == ':' ? 1 : 0;
            previous = character;
        }
        return Ascii.find(text, 0, textBytes, (byte) '.') < textBytes ? groups + 1 : groups;
    }

    private static long hexadecimal(final long text, final int from, final int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value << 4 | Ascii.hexValue(Memory.getByte(text + i));
        }
        return value;
    }

    private static long dotted(final long text, final int from, final int to) {
        long value = 0;
        int part = 0;
        for (int i = from; i < to; i++) {
            final byte character = Memory.getByte(text + i);
            if (character == '.') {
                value = value << Byte.SIZE | part;
                part = 0;
            } else {
                part = part * 10 + character - '0';
            }
        }
        return value << Byte.SIZE | part;
    }
}
