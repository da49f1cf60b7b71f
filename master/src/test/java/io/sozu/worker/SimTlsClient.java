package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sozu.bindings.sim.SimPeer;
import io.sozu.bindings.sim.SimWorld;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** Java's TLS over a simulated connection, moved by hand. */
final class SimTlsClient {
    private static final int BYTES = 1 << 20;
    private static final long GAP_NANOS = 20_000;
    private final SimWorld world;
    private final SimPeer peer;
    private final SSLEngine engine;
    private final int pieceBytes;
    private final ByteBuffer encrypted = ByteBuffer.allocate(BYTES);
    private final ByteBuffer plain = ByteBuffer.allocate(BYTES);
    private String request = "";
    private byte[] unsent = {};

    /** @param pieceBytes how many bytes are sent at a time, 0 for all at once */
    SimTlsClient(final SimProxy proxy, final SSLContext context, final int pieceBytes) {
        this.world = proxy.world;
        this.peer = proxy.connect();
        this.engine = context.createSSLEngine("a.test", 443);
        this.pieceBytes = pieceBytes;
        engine.setUseClientMode(true);
        peer.onBytes((from, bytes) -> {
            encrypted.put(bytes);
            pump();
        });
    }

    /** Sends a request, after the handshake. */
    void send(final String text) {
        request += text;
        pump();
    }

    /** Returns what has been received in clear. */
    String received() {
        return new String(plain.array(), 0, plain.position(), ISO_8859_1);
    }

    private void pump() {
        try {
            boolean moved = true;
            while (moved) {
                for (Runnable task = engine.getDelegatedTask(); task != null;
                        task = engine.getDelegatedTask()) {
                    task.run();
                }
                encrypted.flip();
                final SSLEngineResult read = engine.unwrap(encrypted, plain);
                encrypted.compact();
                moved = read.bytesConsumed() + read.bytesProduced() > 0 | write() > 0
                        | engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_TASK;
            }
        } catch (final SSLException e) {
            throw new AssertionError(e);
        }
    }

    private int write() throws SSLException {
        final ByteBuffer source = ByteBuffer.wrap(request.getBytes(ISO_8859_1));
        final ByteBuffer target = ByteBuffer.allocate(1 << 16);
        final SSLEngineResult written = engine.wrap(source, target);
        request = request.substring(written.bytesConsumed());
        final byte[] bytes = Arrays.copyOf(target.array(), target.position());
        if (bytes.length > 0) {
            final boolean idle = unsent.length == 0;
            unsent = Arrays.copyOf(unsent, unsent.length + bytes.length);
            System.arraycopy(bytes, 0, unsent, unsent.length - bytes.length, bytes.length);
            if (idle) {
                sendPiece();
            }
        }
        return bytes.length;
    }

    private void sendPiece() {
        final int count = pieceBytes == 0 ? unsent.length : Math.min(pieceBytes, unsent.length);
        peer.send(Arrays.copyOf(unsent, count));
        if (count < unsent.length) {
            world.after(GAP_NANOS, () -> {
                unsent = Arrays.copyOfRange(unsent, count, unsent.length);
                sendPiece();
            });
        } else {
            unsent = new byte[0];
        }
    }

    static SSLContext context() {
        try {
            final SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, TlsServingTest.TRUST, null);
            return context;
        } catch (final GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
