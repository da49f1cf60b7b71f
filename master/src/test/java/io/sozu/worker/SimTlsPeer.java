package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sozu.bindings.sim.SimPeer;
import io.sozu.bindings.sim.SimWorld;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** Java's TLS over a simulated connection, moved by hand. */
final class SimTlsPeer {
    private static final int BYTES = 1 << 18;
    private static final long GAP_NANOS = 20_000;
    private final SimWorld world;
    private final SimPeer peer;
    private final SSLEngine engine;
    private final int pieceBytes;
    private final ByteBuffer encrypted = ByteBuffer.allocate(BYTES);
    private final ByteBuffer plain = ByteBuffer.allocate(BYTES);
    private final StringBuilder received = new StringBuilder();
    private Consumer<String> receiver = received::append;
    private SSLException failure;
    private String toSend = "";
    private byte[] unsent = {};
    private int packets;
    private int sendable = Integer.MAX_VALUE;
    private Consumer<SimPeer> ending = SimPeer::shutdownWrite;
    private int pauseAfter;
    private boolean closed;

    /** @param pieceBytes how many bytes are sent at a time, 0 for all at once */
    SimTlsPeer(final SimWorld world, final SimPeer peer, final SSLEngine engine, final int pieceBytes) {
        this.world = world;
        this.peer = peer;
        this.engine = engine;
        this.pieceBytes = pieceBytes;
        peer.onBytes((from, bytes) -> {
            packets++;
            encrypted.put(bytes);
            pump();
        });
    }

    /** Names who gets what is received in clear; without it {@link #received} tells. */
    void onText(final Consumer<String> hearer) {
        receiver = hearer;
    }

    /** Sends a text, after the handshake. */
    void send(final String text) {
        toSend += text;
        pump();
    }

    /** Says that nothing more comes. */
    void sendCloseNotify() {
        engine.closeOutbound();
        pump();
    }

    /** Ends its connection, without a word of TLS, when it has sent so many bytes. */
    void cutAfter(final int bytes) {
        sendable = bytes;
    }

    /** As the other, in a way of one's own. */
    void cutAfter(final int bytes, final Consumer<SimPeer> way) {
        sendable = bytes;
        ending = way;
    }

    /** Sends the rest a little later when it has sent so many bytes. */
    void pauseAfter(final int bytes) {
        pauseAfter = bytes;
    }

    /** Returns whether the other end has said that nothing more comes. */
    boolean hasHeardCloseNotify() {
        return engine.isInboundDone();
    }

    /** Returns how many packets have come. */
    int packets() {
        return packets;
    }

    /** Returns its end of the connection. */
    SimPeer peer() {
        return peer;
    }

    /** Leaves without a word. */
    void close() {
        closed = true;
        peer.close();
    }

    /** Returns what has been received in clear. */
    String received() {
        return received.toString();
    }

    /** Returns what went wrong here, or null. */
    SSLException failure() {
        return failure;
    }

    private void pump() {
        try {
            boolean moved = failure == null;
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
            failure = e;
            peer.close();
        }
        tell();
    }

    private void tell() {
        if (plain.position() > 0) {
            final String text = new String(plain.array(), 0, plain.position(), ISO_8859_1);
            plain.clear();
            receiver.accept(text);
        }
    }

    private int write() throws SSLException {
        final ByteBuffer source = ByteBuffer.wrap(toSend.getBytes(ISO_8859_1));
        final ByteBuffer target = ByteBuffer.allocate(1 << 16);
        final SSLEngineResult written = engine.wrap(source, target);
        toSend = toSend.substring(written.bytesConsumed());
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
        final int piece = pieceBytes == 0 ? unsent.length : Math.min(pieceBytes, unsent.length);
        final int count = pauseAfter == 0 ? piece : Math.min(piece, pauseAfter);
        pauseAfter -= Math.min(count, pauseAfter);
        final int taken = Math.min(count, sendable);
        peer.send(Arrays.copyOf(unsent, taken));
        sendable -= taken;
        if (taken < count) {
            closed = true;
            ending.accept(peer);
        }
        if (count < unsent.length) {
            world.after(GAP_NANOS, () -> {
                unsent = Arrays.copyOfRange(unsent, count, unsent.length);
                if (!closed) {
                    sendPiece();
                }
            });
        } else {
            unsent = new byte[0];
        }
    }
}
