package io.sozu.perf.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;
import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.impl.io.ContentLengthInputStream;
import org.apache.hc.core5.http.impl.io.DefaultHttpRequestParser;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.apache.hc.core5.http.message.BasicLineParser;
import org.apache.hc.core5.http.message.RequestLine;
import org.apache.hc.core5.util.CharArrayBuffer;

/** Messages as Apache HttpCore reads them. */
final class HttpCoreReader {
    private static final int BUFFER_BYTES = 8192;
    private static final Http1Config CONFIG = Http1Config.custom().setMaxHeaderCount(2_000).build();
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final Lines lines = new Lines();
    private final DefaultHttpRequestParser requestParser = new DefaultHttpRequestParser(CONFIG, lines, null);
    private final DefaultHttpResponseParser responseParser =
            new DefaultHttpResponseParser(CONFIG, lines, null);
    private final SessionInputBufferImpl buffer = new SessionInputBufferImpl(BUFFER_BYTES);
    private final ByteArrayInputStream in;
    private final byte[] stream;
    private final List<Message> messages = new ArrayList<>();

    private HttpCoreReader(final byte[] stream) {
        this.stream = stream;
        this.in = new ByteArrayInputStream(stream);
    }

    static Reading requests(final byte[] stream, final List<String> methods) {
        return new HttpCoreReader(stream).read(null);
    }

    static Reading responses(final byte[] stream, final List<String> methods) {
        return new HttpCoreReader(stream).read(methods);
    }

    private int at() {
        return stream.length - in.available() - buffer.length();
    }

    private Reading read(final List<String> methods) {
        int finals = 0;
        while (at() < stream.length) {
            if (stream[at()] <= ' ') {
                return new Reading(messages, Reading.End.FAULT, "no message begins like this");
            }
            if (methods != null && finals == methods.size()) {
                return new Reading(messages, Reading.End.FAULT, "a response that nobody asked for");
            }
            if (!Oracle.text(Arrays.copyOfRange(stream, at(), stream.length)).contains("\r\n\r\n")) {
                // It would take the end of the stream for that of the head.
                return new Reading(messages, Reading.End.CUT, "in a head");
            }
            try {
                final Message message = methods == null ? request() : response(methods.get(finals));
                messages.add(message);
                finals += message.start().startsWith("1") ? 0 : 1;
            } catch (final ConnectionClosedException | TruncatedChunkException e) {
                return new Reading(messages, Reading.End.CUT, e.getMessage());
            } catch (final HttpException | IOException e) {
                final boolean atEnd = e instanceof MalformedChunkCodingException && at() == stream.length;
                return new Reading(messages, atEnd ? Reading.End.CUT : Reading.End.FAULT, e.toString());
            }
        }
        return new Reading(messages, Reading.End.CLEAN, "");
    }

    private Message request() throws IOException, HttpException {
        final HttpRequest request = requestParser.parse(buffer, in);
        if (request == null) {
            throw new ConnectionClosedException();
        }
        final long length = DefaultContentLengthStrategy.INSTANCE.determineLength(request);
        final String body = length == ContentLengthStrategy.UNDEFINED ? "" : body(length);
        return new Message(request.getMethod() + " " + lines.target, fields(request), body);
    }

    private Message response(final String method) throws IOException, HttpException {
        final HttpResponse response = responseParser.parse(buffer, in);
        if (response == null) {
            throw new ConnectionClosedException();
        }
        final int status = response.getCode();
        final boolean bodiless = method.equals("HEAD") || status < 200 || status == NO_CONTENT
                || status == NOT_MODIFIED;
        final String body = bodiless ? ""
                : body(DefaultContentLengthStrategy.INSTANCE.determineLength(response));
        return new Message(String.valueOf(status), fields(response), body);
    }

    private String body(final long length) throws IOException {
        if (length == ContentLengthStrategy.CHUNKED) {
            final InputStream chunks = new ChunkedInputStream(buffer, in);
            return Oracle.text(chunks.readAllBytes());
        }
        if (length == ContentLengthStrategy.UNDEFINED) {
            final byte[] rest = Arrays.copyOfRange(stream, at(), stream.length);
            buffer.clear();
            in.skip(in.available());
            return Oracle.text(rest);
        }
        return Oracle.text(new ContentLengthInputStream(buffer, in, length).readAllBytes());
    }

    /** The strict reader of lines; the target as it stands there, before it is taken for a URI. */
    private static final class Lines extends BasicLineParser {
        private String target;

        @Override
        public RequestLine parseRequestLine(final CharArrayBuffer buffer) throws ParseException {
            final RequestLine line = super.parseRequestLine(buffer);
            target = line.getUri();
            return line;
        }
    }

    private static List<String> fields(final HttpMessage message) {
        final List<String> fields = new ArrayList<>();
        for (final Header header : message.getHeaders()) {
            fields.add(Message.field(header.getName(), header.getValue()));
        }
        return fields;
    }
}
