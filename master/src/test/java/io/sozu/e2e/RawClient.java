package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One client connection to a loopback port: sends exactly the bytes it is told, reads strictly. One thread.
 */
final class RawClient implements AutoCloseable {
    private final Socket plain;
    private final Socket socket;
    private final OutputStream out;
    private final MessageReader reader;

    RawClient(final int port) throws IOException {
        this(port, 0);
    }

    /** With {@code receiveBufferBytes} > 0 the kernel takes little ahead of what is read. */
    RawClient(final int port, final int receiveBufferBytes) throws IOException {
        plain = connected(port, receiveBufferBytes);
        socket = plain;
        out = socket.getOutputStream();
        reader = new MessageReader(socket.getInputStream());
    }

    /** Speaks TLS to {@link Requests#HOST}, or plainly where there is no context; the handshake is done. */
    RawClient(final int port, final SSLContext tls) throws IOException {
        plain = connected(port, 0);
        try {
            socket = tls == null ? plain
                    : tls.getSocketFactory().createSocket(plain, Requests.HOST, port, true);
            if (socket instanceof SSLSocket secure) {
                secure.startHandshake();
            }
            out = socket.getOutputStream();
            reader = new MessageReader(socket.getInputStream());
        } catch (final IOException e) {
            plain.close();
            throw e;
        }
    }

    private static Socket connected(final int port, final int receiveBufferBytes) throws IOException {
        final Socket socket = new Socket();
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        socket.setSoTimeout((int) Await.PATIENCE.toMillis());
        return socket;
    }

    RawClient patience(final Duration limit) throws IOException {
        socket.setSoTimeout((int) limit.toMillis());
        return this;
    }

    RawClient send(final String latin1) throws IOException {
        out.write(latin1.getBytes(ISO_8859_1));
        return this;
    }

    RawClient send(final byte[] bytes, final int offset, final int lengthBytes) throws IOException {
        out.write(bytes, offset, lengthBytes);
        return this;
    }

    /**
     * Sends {@code bytes} in pieces that end at each of {@code cuts}, each piece only after the proxy has
     * read the one before. Stops early, without an error, when the proxy closed.
     */
    void sendCut(final byte[] bytes, final int[] cuts) {
        final Pieces pieces = new Pieces(socket.getPort(), socket.getLocalPort());
        pieces.send(out, bytes, cuts);
    }

    Answer get(final String target) throws IOException {
        return send(Requests.get(target)).answer();
    }

    /** The next final response to a request that was not HEAD, read to its end. */
    Answer answer() throws IOException {
        return answer("GET");
    }

    Answer answer(final String requestMethod) throws IOException {
        final List<Head> interims = new ArrayList<>();
        Head head = head();
        while (head.status() < 200) {
            interims.add(head);
            head = head();
        }
        final String method = head.has(ScriptedBackend.METHOD) ? head.only(ScriptedBackend.METHOD)
                : requestMethod;
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        final List<Field> trailers = reader.body(Framing.ofResponse(head, method), body::write);
        return new Answer(head, body.toByteArray(), trailers, interims);
    }

    /** The next response head, interim or final; its body is left to {@link #body}. */
    Head head() throws IOException {
        final Head head = reader.responseHead();
        if (head == null) {
            throw new WireCut("before a response", false, false);
        }
        return head;
    }

    List<Field> body(final Head head, final BodySink sink) throws IOException {
        return reader.body(Framing.ofResponse(head, "GET"), sink);
    }

    /** Reads until the connection ends. */
    Ending ending() throws IOException {
        try {
            return new Ending(Ending.Kind.CLOSED, reader.rest());
        } catch (WireCut e) {
            return new Ending(Ending.Kind.RESET, "");
        } catch (SocketTimeoutException e) {
            return new Ending(Ending.Kind.STILL_OPEN, "");
        }
    }

    /** True when the proxy's end of stream is already here, without waiting for it. */
    boolean closedByPeer() throws IOException {
        if (reader.holdsBytes()) {
            return false;
        }
        final int patienceMillis = socket.getSoTimeout();
        socket.setSoTimeout(1);
        try {
            return reader.atEnd();
        } finally {
            socket.setSoTimeout(patienceMillis);
        }
    }

    /** True when bytes were read ahead and not consumed. */
    boolean holdsBytes() {
        return reader.holdsBytes();
    }

    void finishSending() throws IOException {
        socket.shutdownOutput();
    }

    void reset() throws IOException {
        plain.setSoLinger(true, 0);
        plain.close();
    }

    int localPort() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
