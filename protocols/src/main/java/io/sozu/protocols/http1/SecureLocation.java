package io.sozu.protocols.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sozu.bindings.memory.Memory;
import io.sozu.protocols.http.Ascii;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.TargetForm;

/**
 * The Location of a request's own host and target by HTTPS. The parser lets neither white space nor control
 * characters into them, so that a client cannot make more than one field of it.
 */
final class SecureLocation {
    private static final byte[] LOCATION = "Location: https://".getBytes(US_ASCII);
    private static final byte[] LINE_END = "\r\n".getBytes(US_ASCII);
    private static final int HTTPS_PORT = 443;
    private static final int PORT_BYTES = 6;

    private SecureLocation() {
    }

    /** Returns a bound of the field line of a request that names a host. */
    static int maxBytes(final HeadView view) {
        return LOCATION.length + view.hostBytes() + PORT_BYTES + 1 + view.targetBytes() + LINE_END.length;
    }

    /** Renders the field line of a request that names a host, and returns where it ends. */
    static long render(final HeadView view, final int port, final long target) {
        final long address = view.address();
        long at = put(LOCATION, target);
        at = put(address + view.authorityOffset(), view.hostBytes(), at);
        if (port != HTTPS_PORT) {
            Memory.putByte(at, (byte) ':');
            at = Ascii.putDecimal(at + 1, port);
        }
        if (view.targetForm() == TargetForm.ORIGIN) {
            at = put(address + view.targetOffset(), view.targetBytes(), at);
        } else {
            at = others(view, at);
        }
        return put(LINE_END, at);
    }

    /** What follows the authority of an absolute target; the target of all is the root. */
    private static long others(final HeadView view, final long target) {
        final int end = view.targetOffset() + view.targetBytes();
        final int from = view.targetForm() == TargetForm.ASTERISK ? end
                : view.authorityOffset() + view.authorityBytes();
        long at = target;
        if (from == end || Memory.getByte(view.address() + from) != '/') {
            Memory.putByte(at++, (byte) '/');
        }
        return put(view.address() + from, end - from, at);
    }

    private static long put(final byte[] text, final long target) {
        Memory.copy(text, 0, target, text.length);
        return target + text.length;
    }

    private static long put(final long source, final int lengthBytes, final long target) {
        Memory.copy(source, target, lengthBytes);
        return target + lengthBytes;
    }
}
