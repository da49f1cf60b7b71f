package io.sozu.protocols.http1;

import io.sozu.bindings.memory.Memory;
import io.sozu.protocols.http.Ascii;
import io.sozu.protocols.http.BodyFraming;
import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.Method;
import io.sozu.protocols.http.Status;

/**
 * Reads response heads as strictly as {@link RequestHeadParser} reads requests; every fault means 502.
 *
 * <p>One instance per loop; belongs to the loop's thread.
 */
public final class ResponseHeadParser {
    /** The head is valid so far and not complete. */
    public static final int NEED_MORE = 0;

    private static final int VERSION_BYTES = 8;
    private static final int STATUS_OFFSET = 9;
    private static final int STATUS_END = 12;
    private static final int SWITCHING_PROTOCOLS = 101;

    private final FieldLines fieldLines = new FieldLines(FieldLines.Kind.RESPONSE);

    /** Makes a parser; limits are those of the views it fills. */
    public ResponseHeadParser() {
    }

    /**
     * Parses the head at {@code address}.
     *
     * @param scannedBytes the length of the previous call on this head that returned {@link #NEED_MORE}, or 0
     * @param requestMethod the {@link Method#id} of the request that is answered
     * @param view filled when the result is positive; its limit of fields applies
     * @return the bytes of the head with its blank line, {@link #NEED_MORE}, or for {@link HeadFault#of}
     */
    public int parse(final long address, final int lengthBytes, final int scannedBytes,
            final int requestMethod, final HeadView view) {
        final int resume = Ascii.lineStart(address, 0, Math.min(scannedBytes, lengthBytes));
        if (resume > 0) {
            final int end = fieldLines.scan(address, resume, lengthBytes, scannedBytes, null);
            if (end <= 0) {
                return end;
            }
        }
        final int fields = statusLine(address, lengthBytes, resume > 0 ? 0 : scannedBytes);
        if (fields <= 0) {
            return fields;
        }
        view.reset(address, 0);
        view.version(Memory.getByte(address + VERSION_BYTES - 1) - '0');
        view.status(code(address), STATUS_OFFSET);
        view.beginFields(fields);
        final int end = fieldLines.scan(address, fields, lengthBytes, 0, view);
        if (end <= 0) {
            return end;
        }
        final int meaning = meaning(view, requestMethod == Method.HEAD.id());
        return meaning < 0 ? meaning : end;
    }

    private static int statusLine(final long address, final int to, final int checked) {
        final int version = RequestLine.versionSyntax(address, 0, Math.min(to, VERSION_BYTES));
        if (version <= 0) {
            return version;
        }
        if (Memory.getByte(address + 5) != '1' || Memory.getByte(address + 7) > '1') {
            return HeadFault.VERSION_UNSUPPORTED.result();
        }
        if (to > VERSION_BYTES && Memory.getByte(address + VERSION_BYTES) != Ascii.SP) {
            return HeadFault.STATUS_LINE.result();
        }
        for (int at = STATUS_OFFSET; at < Math.min(to, STATUS_END); at++) {
            final byte digit = Memory.getByte(address + at);
            if (!Ascii.isDigit(digit) || at == STATUS_OFFSET && digit == '0') {
                return HeadFault.STATUS_CODE.result();
            }
        }
        if (to <= STATUS_END) {
            return 0;
        }
        if (code(address) == SWITCHING_PROTOCOLS) {
            return HeadFault.UNSOLICITED_UPGRADE.result();
        }
        final byte separator = Memory.getByte(address + STATUS_END);
        if (separator != Ascii.SP && separator != Ascii.CR) {
            return Ascii.isDigit(separator) ? HeadFault.STATUS_CODE.result() : HeadFault.STATUS_LINE.result();
        }
        final int end = Ascii.findControl(address, Math.max(STATUS_END, Math.min(checked, to) - 1), to);
        return RequestLine.lineEnd(address, end, to, HeadFault.STATUS_LINE);
    }

    private static int code(final long address) {
        return (Memory.getByte(address + STATUS_OFFSET) - '0') * 100
                + (Memory.getByte(address + STATUS_OFFSET + 1) - '0') * 10
                + Memory.getByte(address + STATUS_OFFSET + 2) - '0';
    }

    private static int meaning(final HeadView view, final boolean toHead) {
        final long repeated = view.repeated();
        if ((repeated & FieldName.TRANSFER_ENCODING.bit()) != 0) {
            return HeadFault.CODING_REPEATED.result();
        }
        if ((repeated & FieldName.CONTENT_LENGTH.bit()) != 0) {
            return HeadFault.LENGTH_REPEATED.result();
        }
        final boolean coded = view.has(FieldName.TRANSFER_ENCODING);
        if (coded && view.minorVersion() == 0) {
            return HeadFault.CODING_IN_VERSION_1_0.result();
        }
        final int options = ConnectionOptions.apply(view);
        if (options < 0) {
            return options;
        }
        final boolean sized = view.has(FieldName.CONTENT_LENGTH);
        view.keepAlive((options & ConnectionOptions.CLOSE) == 0
                && (view.minorVersion() > 0 || (options & ConnectionOptions.KEEP_ALIVE) != 0)
                && !(coded && sized));
        if (coded) {
            view.dropAll(FieldName.CONTENT_LENGTH.bit());
        } else if (sized) {
            final int length = view.find(FieldName.CONTENT_LENGTH);
            view.contentLength(FieldLines.number(view.address() + view.valueOffset(length),
                    view.valueBytes(length)));
        }
        body(view, toHead, coded);
        return 0;
    }

    private static void body(final HeadView view, final boolean toHead, final boolean coded) {
        if (toHead || Status.isBodiless(view.status())) {
            view.framing(BodyFraming.NONE);
            if (view.status() < 200 || view.status() == 204) {
                // RFC 9110, section 8.6 forbids the length here; with one, what follows is not to be trusted.
                view.keepAlive(view.keepAlive() && !coded && view.contentLength() <= 0);
                view.dropAll(FieldName.CONTENT_LENGTH.bit());
                view.contentLength(-1);
            }
        } else if (coded) {
            view.framing(BodyFraming.CHUNKED);
        } else if (view.contentLength() >= 0) {
            view.framing(BodyFraming.LENGTH);
        } else {
            view.framing(BodyFraming.UNTIL_CLOSE);
            view.keepAlive(false);
        }
    }
}
