package io.sozu.perf.fuzz;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;

/** Messages as Jetty's parser reads them when it is strict. */
final class JettyReader implements HttpParser.RequestHandler, HttpParser.ResponseHandler {
    private static final int MAX_HEAD_BYTES = 1 << 20;

    private final List<Message> messages = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private List<String> fields = new ArrayList<>();
    private String start = "";
    private String fault;
    private boolean complete;
    private boolean cut;

    private JettyReader() {
    }

    static Reading requests(final byte[] stream, final List<String> methods) {
        final JettyReader reader = new JettyReader();
        return reader.read(new HttpParser((HttpParser.RequestHandler) reader, MAX_HEAD_BYTES,
                HttpCompliance.STRICT), stream, null);
    }

    static Reading responses(final byte[] stream, final List<String> methods) {
        final JettyReader reader = new JettyReader();
        return reader.read(new HttpParser((HttpParser.ResponseHandler) reader, MAX_HEAD_BYTES,
                HttpCompliance.STRICT), stream, methods);
    }

    private Reading read(final HttpParser parser, final byte[] stream, final List<String> methods) {
        final ByteBuffer bytes = ByteBuffer.wrap(stream);
        int finals = 0;
        while (bytes.hasRemaining()) {
            if (bytes.get(bytes.position()) <= ' ') {
                return new Reading(messages, Reading.End.FAULT, "no message begins like this");
            }
            if (methods != null && finals == methods.size()) {
                return new Reading(messages, Reading.End.FAULT, "a response that nobody asked for");
            }
            parser.reset();
            parser.setHeaderCacheCaseSensitive(true);
            parser.setHeadResponse(methods != null && methods.get(finals).equals("HEAD"));
            complete = false;
            while (!complete && fault == null && bytes.hasRemaining()) {
                parser.parseNext(bytes);
            }
            if (!complete && fault == null) {
                cut = true;
                parser.atEOF();
                parser.parseNext(bytes);
            }
            if (fault != null || !complete) {
                return new Reading(messages, cut || fault == null ? Reading.End.CUT : end(methods),
                        String.valueOf(fault));
            }
            finals += start.startsWith("1") ? 0 : 1;
        }
        return new Reading(messages, Reading.End.CLEAN, "");
    }

    /**
     * It takes no reason that begins with a tab or with bytes above ASCII, which RFC 9112 has (section 4),
     * and reads Host in responses, where it means nothing.
     */
    private Reading.End end(final List<String> methods) {
        return methods != null && fault.matches(".*(Illegal character (OTEXT|HTAB)|Bad HostPort).*")
                ? Reading.End.UNKNOWN : Reading.End.FAULT;
    }

    @Override
    public void startRequest(final String method, final String uri, final HttpVersion version) {
        begin(method + " " + uri);
    }

    @Override
    public void startResponse(final HttpVersion version, final int status, final String reason) {
        begin(String.valueOf(status));
    }

    private void begin(final String line) {
        start = line;
        fields = new ArrayList<>();
        body.setLength(0);
    }

    @Override
    public void parsedHeader(final HttpField field) {
        fields.add(Message.field(field.getName(), field.getValue() == null ? "" : field.getValue()));
    }

    @Override
    public boolean content(final ByteBuffer data) {
        final byte[] part = new byte[data.remaining()];
        data.get(part);
        body.append(Oracle.text(part));
        return false;
    }

    @Override
    public boolean headerComplete() {
        return false;
    }

    @Override
    public boolean contentComplete() {
        return false;
    }

    @Override
    public boolean messageComplete() {
        complete = true;
        messages.add(new Message(start, fields, body.toString()));
        return true;
    }

    @Override
    public void earlyEOF() {
        cut = true;
        fault = "early end";
    }

    @Override
    public void badMessage(final HttpException failure) {
        fault = failure.getCode() + " " + failure.getReason();
    }
}
