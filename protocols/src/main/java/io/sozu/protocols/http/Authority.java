package io.sozu.protocols.http;

import io.sozu.bindings.memory.Memory;

/**
 * The syntax of {@code host} and {@code host:port}, as in Host and in absolute targets.
 *
 * <p>A host is a name of letters, digits, {@code - _} and single dots, or an IPv6 address in brackets; a port
 * is 1 to 65535. User names, percent-encoding and empty hosts are refused.
 */
public final class Authority {
    /** What {@link #parse} returns for anything else. */
    public static final long INVALID = -1;

    private static final int LONGEST_HOST = 255;
    private static final int LONGEST_PORT = 5;
    private static final int GREATEST_PORT = 65_535;
    private static final int IPV6_GROUPS = 8;
    private static final int IPV4_GROUPS = 2;

    private Authority() {
    }

    /** Returns host length and port in one number, for {@link #hostBytes} and {@link #port}. */
    public static long parse(final long address, final int lengthBytes) {
        if (lengthBytes == 0) {
            return INVALID;
        }
        final int hostBytes = Memory.getByte(address) == '['
                ? literalBytes(address, lengthBytes) : nameBytes(address, lengthBytes);
        if (hostBytes <= 0 || hostBytes > LONGEST_HOST) {
            return INVALID;
        }
        if (hostBytes == lengthBytes) {
            return (long) hostBytes << Integer.SIZE;
        }
        final int port = port(address + hostBytes, lengthBytes - hostBytes);
        return port == 0 ? INVALID : (long) hostBytes << Integer.SIZE | port;
    }

    /** Returns the bytes of the host, brackets included. */
    public static int hostBytes(final long parsed) {
        return (int) (parsed >>> Integer.SIZE);
    }

    /** Returns the port, 0 when none was given. */
    public static int port(final long parsed) {
        return (int) parsed;
    }

    private static int nameBytes(final long address, final int lengthBytes) {
        int at = 0;
        byte previous = '.';
        while (at < lengthBytes) {
            final byte character = Memory.getByte(address + at);
            if (!Ascii.isHost(character)) {
                break;
            }
            if (character == '.' && previous == '.') {
                return 0;
            }
            previous = character;
            at++;
        }
        return at;
    }

    private static int port(final long address, final int lengthBytes) {
        if (lengthBytes < 2 || lengthBytes > LONGEST_PORT + 1 || Memory.getByte(address) != ':') {
            return 0;
        }
        int port = 0;
        for (int i = 1; i < lengthBytes; i++) {
            final byte digit = Memory.getByte(address + i);
            if (!Ascii.isDigit(digit)) {
                return 0;
            }
            port = port * 10 + digit - '0';
        }
        return port <= GREATEST_PORT ? port : 0;
    }

    private static int literalBytes(final long address, final int lengthBytes) {
        final int close = Ascii.find(address, 1, Math.min(lengthBytes, LONGEST_HOST), (byte) ']');
        if (close >= Math.min(lengthBytes, LONGEST_HOST)) {
            return 0;
        }
        return isIpv6(address, 1, close) ? close + 1 : 0;
    }

    /** Checks groups of hexadecimal digits, at most one {@code ::}, perhaps an IPv4 address at the end. */
    private static boolean isIpv6(final long address, final int from, final int to) {
        int groups = 0;
        boolean shortened = false;
        int at = from;
        while (at < to) {
            final int digits = hexDigits(address, at, to);
            final int next = at + digits;
            if (digits > 0 && next < to && Memory.getByte(address + next) == '.') {
                return isIpv4(address, at, to) && complete(groups + IPV4_GROUPS, shortened);
            }
            if (digits > 4 || digits == 0 && !opensShortening(address, at, from, to, shortened)) {
                return false;
            }
            groups += digits > 0 ? 1 : 0;
            if (next == to) {
                return complete(groups, shortened);
            }
            if (Memory.getByte(address + next) != ':') {
                return false;
            }
            at = next + 1;
            if (digits == 0) {
                shortened = true;
                at = Memory.getByte(address + at) == ':' && at == from + 1 ? at + 1 : at;
            }
        }
        return shortened && endsShortened(address, to) && complete(groups, true);
    }

    /** Tells whether an empty group is the one of a {@code ::} that may stand here. */
    private static boolean opensShortening(final long address, final int at, final int from, final int to,
            final boolean shortened) {
        if (shortened || Memory.getByte(address + at) != ':') {
            return false;
        }
        return at > from || at + 1 < to && Memory.getByte(address + at + 1) == ':';
    }

    private static boolean endsShortened(final long address, final int to) {
        return Memory.getByte(address + to - 1) == ':' && Memory.getByte(address + to - 2) == ':';
    }

    private static boolean complete(final int groups, final boolean shortened) {
        return shortened ? groups < IPV6_GROUPS : groups == IPV6_GROUPS;
    }

    private static int hexDigits(final long address, final int from, final int to) {
        int at = from;
        while (at < to && Ascii.isHex(Memory.getByte(address + at))) {
            at++;
        }
        return at - from;
    }

    private static boolean isIpv4(final long address, final int from, final int to) {
        int at = from;
        for (int part = 0; part < 4; part++) {
            int number = 0;
            int digits = 0;
            while (at < to && Ascii.isDigit(Memory.getByte(address + at)) && digits < 4) {
                number = number * 10 + Memory.getByte(address + at) - '0';
                digits++;
                at++;
            }
            if (digits == 0 || digits > 3 || number > 255) {
                return false;
            }
            if (part < 3 && (at >= to || Memory.getByte(address + at++) != '.')) {
                return false;
            }
        }
        return at == to;
    }
}
