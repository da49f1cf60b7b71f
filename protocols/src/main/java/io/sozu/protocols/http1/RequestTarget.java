package io.sozu.protocols.http1;

import io.sozu.bindings.memory.Memory;
import io.sozu.protocols.http.Ascii;
import io.sozu.protocols.http.Authority;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.Method;
import io.sozu.protocols.http.TargetForm;

/**
 * Takes a request target apart (RFC 9112, section 3.2) and refuses paths that two readers read differently.
 *
 * <p>A path is routed and forwarded byte for byte as it came, because clients sign it. So it is refused when
 * decoding it could lead elsewhere: dot segments, plain or percent-encoded, also behind an encoded slash or
 * backslash or before a semicolon; a backslash; {@code %00}; a percent sign without two hexadecimal digits.
 * Queries pass untouched.
 */
final class RequestTarget {
    private static final long[] HTTP = Ascii.words("http://");
    private static final long[] HTTPS = Ascii.words("https://");
    private static final int HTTP_BYTES = 7;
    private static final int HTTPS_BYTES = 8;

    private RequestTarget() {
    }

    /** Fills target, path, query and, of an absolute target, authority; returns 0 or a fault. */
    static int read(final long address, final int from, final int to, final HeadView view) {
        final byte first = Memory.getByte(address + from);
        if (first == '/') {
            view.target(TargetForm.ORIGIN, from, to - from);
            return pathAndQuery(address, from, to, view);
        }
        if (first == '*' && to == from + 1 && view.method() == Method.OPTIONS) {
            view.target(TargetForm.ASTERISK, from, 1);
            view.path(from, 1);
            return 0;
        }
        return absolute(address, from, to, view);
    }

    private static int absolute(final long address, final int from, final int to, final HeadView view) {
        final int scheme = schemeBytes(address + from, to - from);
        if (scheme == 0) {
            return HeadFault.TARGET_FORM.result();
        }
        view.target(TargetForm.ABSOLUTE, from, to - from);
        final int authority = from + scheme;
        int end = authority;
        while (end < to && Memory.getByte(address + end) != '/' && Memory.getByte(address + end) != '?') {
            end++;
        }
        final long parsed = Authority.parse(address + authority, end - authority);
        if (parsed == Authority.INVALID) {
            return HeadFault.HOST_SYNTAX.result();
        }
        view.authority(authority, end - authority, parsed);
        if (end < to && Memory.getByte(address + end) == '/') {
            return pathAndQuery(address, end, to, view);
        }
        if (end < to) {
            view.query(end + 1, to - end - 1);
        }
        // The path is empty, which means "/": the second slash of the scheme stands in for it.
        view.path(authority - 1, 1);
        return 0;
    }

    private static int schemeBytes(final long address, final int lengthBytes) {
        if (lengthBytes > HTTP_BYTES && Ascii.equalsIgnoreCase(address, HTTP_BYTES, HTTP)) {
            return HTTP_BYTES;
        }
        return lengthBytes > HTTPS_BYTES && Ascii.equalsIgnoreCase(address, HTTPS_BYTES, HTTPS)
                ? HTTPS_BYTES : 0;
    }

    private static int pathAndQuery(final long address, final int from, final int to, final HeadView view) {
        final int end = Ascii.find(address, from, to, (byte) '?');
        view.path(from, end - from);
        if (end < to) {
            view.query(end + 1, to - end - 1);
        }
        byte previous = 0;
        boolean odd = false;
        for (int at = from; at < end; at++) {
            final byte character = Memory.getByte(address + at);
            odd |= character == '%' || character == '\\' || character == '.' && previous == '/';
            previous = character;
        }
        return odd ? path(address, from, end) : 0;
    }

    /** Walks the path decoded; dots counts the dots of a segment that has nothing else so far, or is -1. */
    private static int path(final long address, final int from, final int to) {
        int dots = -1;
        int at = from;
        while (at < to) {
            byte character = Memory.getByte(address + at++);
            if (character == '\\') {
                return HeadFault.TARGET_CHARACTER.result();
            }
            if (character == '%') {
                if (!isEncoded(address, at, to)) {
                    return HeadFault.TARGET_ENCODING.result();
                }
                character = decoded(address, at);
                at += 2;
                if (character == 0) {
                    return HeadFault.TARGET_ENCODING.result();
                }
            }
            if (character == '/' || character == '\\' || character == ';') {
                if (dots == 1 || dots == 2) {
                    return HeadFault.TARGET_DOT_SEGMENT.result();
                }
                dots = character == ';' ? -1 : 0;
            } else if (character == '.' && dots >= 0) {
                dots++;
            } else {
                dots = -1;
            }
        }
        return dots == 1 || dots == 2 ? HeadFault.TARGET_DOT_SEGMENT.result() : 0;
    }

    private static boolean isEncoded(final long address, final int at, final int to) {
        return at + 2 <= to && Ascii.isHex(Memory.getByte(address + at))
                && Ascii.isHex(Memory.getByte(address + at + 1));
    }

    private static byte decoded(final long address, final int at) {
        return (byte) (Ascii.hexValue(Memory.getByte(address + at)) << 4
                | Ascii.hexValue(Memory.getByte(address + at + 1)));
    }
}
