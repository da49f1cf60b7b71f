package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads HTTP/1 messages as strictly as the grammar allows: CRLF only, no white space around names, no
 * extension or leading zero in a chunk line. What it refuses ({@link WireFault}) is what the proxy must never
 * write.
 */
final class MessageReader {
    private static final int MAX_LINE_BYTES = 1 << 20;
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String REQUEST_LINE = TOKEN + " [\\x21-\\x7e]+ HTTP/1\\.1";
    private static final String STATUS_LINE = "HTTP/1\\.1 [1-5][0-9][0-9] [\\t\\x20-\\x7e\\x80-\\xff]*";

    private final InputStream in;
    private final byte[] buffer = new byte[65_536];
    private int from;
    private int to;
    private boolean insideMessage;

    MessageReader(final InputStream in) {
        this.in = in;
    }

    /** The next request head, or null when the peer closed before its first byte. */
    Head requestHead() throws IOException {
        return head(REQUEST_LINE);
    }

    /**
     * The next response head (interim ones too), or null when the peer closed or reset before its first byte.
     */
    Head responseHead() throws IOException {
        return head(STATUS_LINE);
    }

    /** Feeds the body to {@code sink} and returns its trailers. */
    List<Field> body(final Framing framing, final BodySink sink) throws IOException {
        switch (framing.kind()) {
            case NONE -> { }
            case LENGTH -> copy(framing.lengthBytes(), sink);
            case CHUNKED -> {
                return chunks(sink);
            }
            case UNTIL_CLOSE -> {
                while (fill()) {
                    sink.take(buffer, from, to - from);
                    from = to;
                }
            }
        }
        return List.of();
    }

    byte[] bodyBytes(final Framing framing) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        body(framing, out::write);
        return out.toByteArray();
    }

    /** Reads and drops until the end of the stream; the dropped bytes as text, at most 64 KB of them. */
    String rest() throws IOException {
        final StringBuilder text = new StringBuilder();
        while (fill()) {
            if (text.length() < 65_536) {
                text.append(new String(buffer, from, to - from, ISO_8859_1));
            }
            from = to;
        }
        return text.toString();
    }

    /** True at the end of the stream, false when a byte came or none did within the socket's time-out. */
    boolean atEnd() throws IOException {
        try {
            return !fill();
        } catch (WireCut e) {
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** True when bytes were read from the socket and not consumed. */
    boolean holdsBytes() {
        return from < to;
    }

    private Head head(final String startLineGrammar) throws IOException {
        insideMessage = false;
        if (!fill()) {
            return null;
        }
        insideMessage = true;
        final StringBuilder raw = new StringBuilder();
        final String startLine = line("inside a start line");
        raw.append(startLine).append("\r\n");
        if (!startLine.matches(startLineGrammar)) {
            throw new WireFault("start line: " + clip(startLine));
        }
        final List<Field> fields = fields(raw);
        return new Head(startLine, fields, raw.toString());
    }

    private List<Field> fields(final StringBuilder raw) throws IOException {
        final List<Field> fields = new ArrayList<>();
        while (true) {
            final String line = line("inside a field section");
            raw.append(line).append("\r\n");
            if (line.isEmpty()) {
                return List.copyOf(fields);
            }
            fields.add(field(line));
        }
    }

    private static Field field(final String line) throws WireFault {
        final int colon = line.indexOf(':');
        if (colon < 1 || !line.substring(0, colon).matches(TOKEN)) {
            throw new WireFault("field name: " + clip(line));
        }
        for (int i = colon + 1; i < line.length(); i++) {
            final char c = line.charAt(i);
            if ((c < 0x20 && c != '\t') || c == 0x7f) {
                throw new WireFault("control byte in a field value: " + clip(line));
            }
        }
        return new Field(line.substring(0, colon), stripBlanks(line.substring(colon + 1)));
    }

    private static String stripBlanks(final String value) {
        int start = 0;
        int end = value.length();
        while (start < end && (value.charAt(start) == ' ' || value.charAt(start) == '\t')) {
            start++;
        }
        while (end > start && (value.charAt(end - 1) == ' ' || value.charAt(end - 1) == '\t')) {
            end--;
        }
        return value.substring(start, end);
    }

    private List<Field> chunks(final BodySink sink) throws IOException {
        while (true) {
            final String size = line("inside a chunk line");
            if (!size.matches("0|[1-9a-fA-F][0-9a-fA-F]{0,14}")) {
                throw new WireFault("chunk line: " + clip(size));
            }
            final long bytes = Long.parseLong(size, 16);
            if (bytes == 0) {
                return fields(new StringBuilder());
            }
            copy(bytes, sink);
            if (!line("after a chunk").isEmpty()) {
                throw new WireFault("bytes between chunk data and its line end");
            }
        }
    }

    private void copy(final long lengthBytes, final BodySink sink) throws IOException {
        long left = lengthBytes;
        while (left > 0) {
            if (!fill()) {
                throw new WireCut("inside a body, " + left + " bytes missing", false, true);
            }
            final int take = (int) Math.min(left, to - from);
            sink.take(buffer, from, take);
            from += take;
            left -= take;
        }
    }

    /** One line without its CRLF. A CR not followed by LF, or a LF not preceded by CR, is a fault. */
    private String line(final String where) throws IOException {
        final StringBuilder line = new StringBuilder();
        while (true) {
            if (!fill()) {
                throw new WireCut(where, false, true);
            }
            final char c = (char) (buffer[from++] & 0xff);
            if (c == '\n') {
                final int last = line.length() - 1;
                if (last < 0 || line.charAt(last) != '\r') {
                    throw new WireFault("bare LF " + where + ": " + clip(line));
                }
                line.setLength(last);
                if (line.indexOf("\r") >= 0) {
                    throw new WireFault("bare CR " + where + ": " + clip(line));
                }
                return line.toString();
            }
            line.append(c);
            if (line.length() > MAX_LINE_BYTES) {
                throw new WireFault("endless line " + where);
            }
        }
    }

    /** Makes at least one byte available, or returns false at the end of the stream. */
    private boolean fill() throws IOException {
        if (from < to) {
            return true;
        }
        try {
            final int count = in.read(buffer);
            from = 0;
            to = Math.max(count, 0);
            return count > 0;
        } catch (SocketException e) {
            throw new WireCut("while reading (" + e.getMessage() + ")", true, insideMessage);
        }
    }

    private static String clip(final CharSequence text) {
        final String shown = text.length() > 120 ? text.subSequence(0, 120) + "…" : text.toString();
        return shown.replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0");
    }
}
