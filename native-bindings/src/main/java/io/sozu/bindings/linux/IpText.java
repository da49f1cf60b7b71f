package io.sozu.bindings.linux;

import io.sozu.bindings.memory.Memory;

/** Renders IP addresses as text into native memory; returns the address behind the last byte written. */
final class IpText {
    private static final int GROUPS = 8;

    private IpText() {
    }

    /** Renders four bytes as {@code a.b.c.d}. */
    static long ipv4(final long ip, final long target) {
        long at = target;
        for (int i = 0; i < Integer.BYTES; i++) {
            if (i > 0) {
                Memory.putByte(at++, (byte) '.');
            }
            at = decimal(Memory.getByte(ip + i) & 0xff, at);
        }
        return at;
    }

    private static long decimal(final int value, final long target) {
        long at = target;
        if (value >= 100) {
            Memory.putByte(at++, (byte) ('0' + value / 100));
        }
        if (value >= 10) {
            Memory.putByte(at++, (byte) ('0' + value / 10 % 10));
        }
        Memory.putByte(at++, (byte) ('0' + value % 10));
        return at;
    }

    /**
     * Renders sixteen bytes; the first longest run of two or more zero groups becomes {@code ::} (RFC 5952).
     */
    static long ipv6(final long ip, final long target) {
        final int longest = longestZeroRun(ip);
        final int runStart = longest >>> 4;
        final int runEnd = runStart + (longest & 0xf);
        long at = target;
        for (int i = 0; i < GROUPS; i++) {
            if (i == runStart && runEnd > runStart) {
                Memory.putByte(at++, (byte) ':');
                Memory.putByte(at++, (byte) ':');
                i = runEnd - 1;
                continue;
            }
            if (i > 0 && i != runEnd) {
                Memory.putByte(at++, (byte) ':');
            }
            at = hexadecimal(group(ip, i), at);
        }
        return at;
    }

    private static int group(final long ip, final int index) {
        return (Memory.getByte(ip + 2L * index) & 0xff) << 8 | Memory.getByte(ip + 2L * index + 1) & 0xff;
    }

    /** Returns start and length of the run in four bits each, 0 when no run is longer than one group. */
    private static int longestZeroRun(final long ip) {
        int best = 0;
        int bestLength = 1;
        int length = 0;
        for (int i = 0; i < GROUPS; i++) {
            length = group(ip, i) == 0 ? length + 1 : 0;
            if (length > bestLength) {
                bestLength = length;
                best = (i + 1 - length) << 4 | length;
            }
        }
        return best;
    }

    private static long hexadecimal(final int value, final long target) {
        long at = target;
        boolean leading = true;
        for (int shift = 12; shift >= 0; shift -= 4) {
            final int digit = value >>> shift & 0xf;
            if (digit != 0 || !leading || shift == 0) {
                leading = false;
                Memory.putByte(at++, (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10));
            }
        }
        return at;
    }
}
