package io.sozu.protocols.http1;

import io.sozu.bindings.memory.Memory;
import io.sozu.protocols.http.Ascii;
import io.sozu.protocols.http.Authority;
import io.sozu.protocols.http.BodyFraming;
import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.Method;

/**
 * Reads request heads, strictly and however they are cut (RFC 9112, sections 2 to 6).
 *
 * <p>The verdict on a head does not depend on how its bytes arrive: a fault in the bytes is that of the first
 * byte that shows it, and what only the whole head shows (framing, Host, number of fields) is judged when it
 * is complete. One instance per loop; belongs to the loop's thread.
 */
public final class RequestHeadParser {
    /** The head is valid so far and not complete. */
    public static final int NEED_MORE = 0;
    /** The longest target unless a parser is made for another limit. */
    public static final int DEFAULT_MAX_TARGET_BYTES = 8192;

    private static final int EMPTY_LINE_BYTES = 2;

    private final RequestLine requestLine;
    private final FieldLines fieldLines = new FieldLines(FieldLines.Kind.REQUEST);

    /** Makes a parser that refuses longer targets with 414. */
    public RequestHeadParser(final int maxTargetBytes) {
        this.requestLine = new RequestLine(maxTargetBytes);
    }

    /** Makes a parser with {@link #DEFAULT_MAX_TARGET_BYTES}. */
    public RequestHeadParser() {
        this(DEFAULT_MAX_TARGET_BYTES);
    }

    /**
     * Parses the head at {@code address}.
     *
     * @param scannedBytes the length of the previous call on this head that returned {@link #NEED_MORE}, or 0
     * @param view filled when the result is positive; its limit of fields applies
     * @return the bytes of the head with its blank line, {@link #NEED_MORE}, or for {@link HeadFault#of}
     */
    public int parse(final long address, final int lengthBytes, final int scannedBytes, final HeadView view) {
        if (lengthBytes == 1 && Memory.getByte(address) == Ascii.CR) {
            return NEED_MORE;
        }
        final int start = start(address, lengthBytes);
        final int scanned = Math.max(start, Math.min(scannedBytes, lengthBytes));
        final int resume = Ascii.lineStart(address, start, scanned);
        if (resume > start) {
            final int end = fieldLines.scan(address, resume, lengthBytes, scannedBytes, null);
            if (end <= 0) {
                return end;
            }
        }
        final int fields = requestLine.scan(address, start, lengthBytes, resume > start ? 0 : scannedBytes);
        if (fields <= 0) {
            return fields;
        }
        view.reset(address, start);
        final int line = startLine(address, start, view);
        if (line < 0) {
            return line;
        }
        view.beginFields(fields);
        final int end = fieldLines.scan(address, fields, lengthBytes, 0, view);
        if (end <= 0) {
            return end;
        }
        final int meaning = meaning(view);
        return meaning < 0 ? meaning : end;
    }

    /** Names the fault of a head that is incomplete where no more bytes can be held. */
    public static HeadFault tooLarge(final long address, final int lengthBytes) {
        final int start = start(address, lengthBytes);
        return Ascii.find(address, start, lengthBytes, Ascii.LF) == lengthBytes
                ? HeadFault.START_LINE_TOO_LARGE : HeadFault.HEAD_TOO_LARGE;
    }

    /** Skips one empty line before the request line (RFC 9112, section 2.2). */
    private static int start(final long address, final int lengthBytes) {
        return lengthBytes >= EMPTY_LINE_BYTES && Memory.getByte(address) == Ascii.CR
                && Memory.getByte(address + 1) == Ascii.LF ? EMPTY_LINE_BYTES : 0;
    }

    private int startLine(final long address, final int start, final HeadView view) {
        final int methodBytes = requestLine.methodEnd() - start;
        final Method method = Method.find(address + start, methodBytes);
        view.method(method, methodBytes);
        view.version(requestLine.minorVersion());
        if (method == Method.CONNECT) {
            return HeadFault.METHOD_CONNECT.result();
        }
        return RequestTarget.read(address, requestLine.targetOffset(), requestLine.targetEnd(), view);
    }

    private static int meaning(final HeadView view) {
        final int host = host(view);
        if (host < 0) {
            return host;
        }
        final int framing = framing(view);
        if (framing < 0) {
            return framing;
        }
        final int options = ConnectionOptions.apply(view);
        if (options < 0) {
            return options;
        }
        view.keepAlive((options & ConnectionOptions.CLOSE) == 0
                && (view.minorVersion() > 0 || (options & ConnectionOptions.KEEP_ALIVE) != 0));
        return Expectation.apply(view);
    }

    private static int host(final HeadView view) {
        final int host = view.find(FieldName.HOST);
        if (host < 0) {
            return view.minorVersion() == 0 ? 0 : HeadFault.HOST_MISSING.result();
        }
        if ((view.repeated() & FieldName.HOST.bit()) != 0) {
            return HeadFault.HOST_REPEATED.result();
        }
        if (!view.hasAuthority()) {
            final int offset = view.valueOffset(host);
            view.authority(offset, view.valueBytes(host),
                    Authority.parse(view.address() + offset, view.valueBytes(host)));
        }
        return 0;
    }

    private static int framing(final HeadView view) {
        final boolean coded = view.has(FieldName.TRANSFER_ENCODING);
        if ((view.repeated() & FieldName.TRANSFER_ENCODING.bit()) != 0) {
            return HeadFault.CODING_REPEATED.result();
        }
        if ((view.repeated() & FieldName.CONTENT_LENGTH.bit()) != 0) {
            return HeadFault.LENGTH_REPEATED.result();
        }
        final int length = view.find(FieldName.CONTENT_LENGTH);
        if (length >= 0) {
            if (coded) {
                return HeadFault.LENGTH_AND_CODING.result();
            }
            view.framing(BodyFraming.LENGTH);
            view.contentLength(FieldLines.number(view.address() + view.valueOffset(length),
                    view.valueBytes(length)));
        } else if (coded) {
            if (view.minorVersion() == 0) {
                return HeadFault.CODING_IN_VERSION_1_0.result();
            }
            view.framing(BodyFraming.CHUNKED);
        }
        return 0;
    }
}
