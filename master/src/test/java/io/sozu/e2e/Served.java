package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.zip.CRC32;

/**
 * One request at a scripted backend, and the means to answer it well or badly. Confined to the connection's
 * thread.
 */
final class Served {
    private final ScriptedBackend backend;
    private final Socket socket;
    private final MessageReader reader;
    private final OutputStream out;
    private final Seen seen;
    private boolean bodyRead;
    private boolean over;

    Served(final ScriptedBackend backend, final Socket socket, final MessageReader reader, final Seen seen)
            throws IOException {
        this.backend = backend;
        this.socket = socket;
        this.reader = reader;
        this.out = socket.getOutputStream();
        this.seen = seen;
    }

    Head head() {
        return seen.head();
    }

    String target() {
        return seen.head().target();
    }

    /** Number of the backend connection, from 1. */
    int connection() {
        return seen.connection();
    }

    /** Reads the whole body, keeps it for the test, and returns it. */
    byte[] readBody() throws IOException {
        if (!bodyRead) {
            final ByteArrayOutputStream body = new ByteArrayOutputStream();
            final List<Field> trailers = reader.body(Framing.ofRequest(seen.head()), body::write);
            seen.completed(body.toByteArray(), trailers);
            bodyRead = true;
        }
        return seen.body();
    }

    /** Reads the body into {@code sink}; nothing of it is kept. */
    void readBody(final BodySink sink) throws IOException {
        final List<Field> trailers = reader.body(Framing.ofRequest(seen.head()), sink);
        seen.completed(new byte[0], trailers);
        bodyRead = true;
    }

    /** Reads the body, then answers 200 with a text that names the request: {@link #echo}. */
    void answer() throws IOException {
        answer("", echo(seen.head(), readBody()));
    }

    /** Answers 200 with {@code fieldLines} (each ended by CRLF) and {@code body}, by content-length. */
    void answer(final String fieldLines, final String body) throws IOException {
        final boolean bare = head().method().equals("HEAD");
        send("HTTP/1.1 200 OK\r\n" + marks() + fieldLines + "Content-Length: " + body.length() + "\r\n\r\n"
                + (bare ? "" : body));
    }

    /** Field lines by which a client recognises the backend, its connection, and what it was asked. */
    String marks() {
        return ScriptedBackend.MARK + ": " + backend.name() + "\r\n"
                + ScriptedBackend.CONNECTION + ": " + seen.connection() + "\r\n"
                + ScriptedBackend.METHOD + ": " + head().method() + "\r\n"
                + ScriptedBackend.TARGET + ": " + target() + "\r\n";
    }

    void send(final String latin1) throws IOException {
        out.write(latin1.getBytes(ISO_8859_1));
    }

    void send(final byte[] bytes, final int offset, final int lengthBytes) throws IOException {
        out.write(bytes, offset, lengthBytes);
    }

    /** Sends in pieces that the proxy really reads one by one. */
    void sendCut(final byte[] bytes, final int[] cuts) {
        new Pieces(socket.getPort(), socket.getLocalPort()).send(out, bytes, cuts);
    }

    /** Closes in the ordinary way; the connection serves no further request. */
    void close() throws IOException {
        over = true;
        socket.close();
    }

    /** Closes by a reset. */
    void reset() throws IOException {
        over = true;
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /**
     * Waits until the proxy closed this connection; false when it sent something first, or nothing in time.
     */
    boolean awaitClose() throws IOException {
        over = true;
        socket.setSoTimeout((int) Await.PATIENCE.toMillis());
        try {
            return reader.rest().isEmpty();
        } catch (WireCut e) {
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    boolean over() {
        return over;
    }

    boolean bodyRead() {
        return bodyRead;
    }

    /** The text a backend answers by default: method, target, length and checksum of the body. */
    static String echo(final Head head, final byte[] body) {
        return echo(head.method(), head.target(), body);
    }

    static String echo(final String method, final String target, final byte[] body) {
        final CRC32 sum = new CRC32();
        sum.update(body);
        return method + " " + target + " " + body.length + " " + Long.toHexString(sum.getValue()) + "\n";
    }
}
