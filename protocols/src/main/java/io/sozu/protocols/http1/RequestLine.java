package io.sozu.protocols.http1;

import io.sozu.bindings.memory.Memory;
import io.sozu.protocols.http.Ascii;
import io.sozu.protocols.http.HeadFault;

/**
 * The syntax of a request line: {@code method SP target SP HTTP/1.x CRLF}, with single spaces (RFC 9112, 3).
 *
 * <p>Every fault is that of the first byte that shows it, so it does not depend on how much has arrived.
 */
final class RequestLine {
    private static final int LONGEST_METHOD = 32;
    private static final int VERSION_BYTES = 8;
    private static final long VERSION = Ascii.words("HTTP/1.1")[0];
    /** More than any valid rest of the line behind the target. */
    private static final int LOOK_BACK_BYTES = 16;

    private final int maxTargetBytes;
    private int methodEnd;
    private int targetEnd;
    private int minorVersion;

    RequestLine(final int maxTargetBytes) {
        this.maxTargetBytes = maxTargetBytes;
    }

    int methodEnd() {
        return methodEnd;
    }

    int targetOffset() {
        return methodEnd + 1;
    }

    int targetEnd() {
        return targetEnd;
    }

    int minorVersion() {
        return minorVersion;
    }

    /**
     * Scans the line at {@code from}; what lies before {@code checked} was scanned before without a fault.
     *
     * @return the offset behind the line, 0 when more is needed, or a fault
     */
    int scan(final long address, final int from, final int to, final int checked) {
        final int method = method(address, from, to);
        if (method <= 0) {
            return method;
        }
        methodEnd = method;
        final int target = target(address, method + 1, to, checked);
        if (target <= 0) {
            return target;
        }
        targetEnd = target;
        return version(address, target + 1, to);
    }

    private static int method(final long address, final int from, final int to) {
        final int limit = Math.min(to, from + LONGEST_METHOD + 1);
        int at = from;
        while (at < limit && Ascii.isToken(Memory.getByte(address + at))) {
            at++;
        }
        if (at == limit) {
            return limit < from + LONGEST_METHOD + 1 ? 0 : HeadFault.METHOD_TOO_LONG.result();
        }
        if (Memory.getByte(address + at) != Ascii.SP || at == from) {
            return HeadFault.METHOD_CHARACTER.result();
        }
        return at;
    }

    private int target(final long address, final int from, final int to, final int checked) {
        final int limit = (int) Math.min(to, (long) from + maxTargetBytes + 1);
        final int end = Ascii.findTargetEnd(address, Math.max(from, Math.min(checked, to) - LOOK_BACK_BYTES),
                limit);
        if (end >= limit) {
            return limit - from <= maxTargetBytes ? 0 : HeadFault.TARGET_TOO_LONG.result();
        }
        final byte stop = Memory.getByte(address + end);
        if (stop == Ascii.SP && end > from) {
            return end;
        }
        if (stop == '#') {
            return HeadFault.TARGET_FRAGMENT.result();
        }
        return stop == Ascii.SP || stop == Ascii.HTAB || stop == Ascii.CR || stop == Ascii.LF
                ? HeadFault.REQUEST_LINE.result() : HeadFault.TARGET_CHARACTER.result();
    }

    private int version(final long address, final int from, final int to) {
        final int syntax = versionSyntax(address, from, Math.min(to, from + VERSION_BYTES));
        if (syntax <= 0) {
            return syntax;
        }
        if (Memory.getByte(address + from + 5) != '1') {
            return HeadFault.VERSION_UNSUPPORTED.result();
        }
        minorVersion = Memory.getByte(address + from + 7) - '0';
        return lineEnd(address, from + VERSION_BYTES, to, HeadFault.VERSION_SYNTAX);
    }

    /** Checks {@code HTTP/d.d} as far as it is there; returns 1 when all of it is, else 0 or a fault. */
    static int versionSyntax(final long address, final int from, final int to) {
        for (int i = 0; from + i < to; i++) {
            final byte character = Memory.getByte(address + from + i);
            final boolean right = switch (i) {
                case 5, 7 -> Ascii.isDigit(character);
                case 6 -> character == '.';
                default -> character == (byte) (VERSION >>> i * Byte.SIZE);
            };
            if (!right) {
                return HeadFault.VERSION_SYNTAX.result();
            }
        }
        return to - from >= VERSION_BYTES ? 1 : 0;
    }

    /** Expects CRLF; returns the offset behind it, 0 when more is needed, or a fault. */
    static int lineEnd(final long address, final int from, final int to, final HeadFault otherwise) {
        if (from >= to) {
            return 0;
        }
        final byte character = Memory.getByte(address + from);
        if (character == Ascii.LF) {
            return HeadFault.BARE_LF.result();
        }
        if (character != Ascii.CR) {
            return otherwise.result();
        }
        if (from + 1 >= to) {
            return 0;
        }
        return Memory.getByte(address + from + 1) == Ascii.LF ? from + 2 : HeadFault.BARE_CR.result();
    }
}
