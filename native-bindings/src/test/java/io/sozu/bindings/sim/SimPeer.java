package io.sozu.bindings.sim;

import io.sozu.bindings.linux.Errno;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A simulated program at the other end of a connection: a client, a backend, the master's end of a channel.
 *
 * <p>Orders are kept and carried out as the socket admits, in virtual time. It has no descriptor of its own.
 */
public final class SimPeer {
    private static final int MAX_UNSENT_BYTES = 256 << 20;
    private static final int MAX_KEPT_BYTES = 256 << 20;
    private static final long NEVER = Long.MAX_VALUE;

    private final SimClock clock;
    private final SimSocket socket;
    private final byte[] scratch;
    private final ArrayDeque<byte[]> unsent = new ArrayDeque<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private int headSent;
    private long unsentBytes;
    private long receivedBytes;
    private long sentBytes;
    private boolean keepsBytes = true;
    private boolean connecting;
    private boolean connected;
    private boolean ended;
    private boolean closed;
    private boolean finWanted;
    private boolean finSent;
    private boolean closeWanted;
    private boolean paused;
    private boolean pumpScheduled;
    private int errno;
    private long readBytesPerMilli = NEVER;
    private long writeBytesPerMilli = NEVER;
    private long nextReadNanos;
    private long nextWriteNanos;
    private BiConsumer<SimPeer, byte[]> onBytes = (peer, bytes) -> { };
    private Consumer<SimPeer> onConnected = peer -> { };
    private Consumer<SimPeer> onEnd = peer -> { };
    private Consumer<SimPeer> onError = peer -> { };

    SimPeer(final SimWorld world, final SimSocket socket, final boolean connecting) {
        clock = world.clock();
        scratch = world.scratch();
        this.socket = socket;
        this.connecting = connecting;
        connected = !connecting;
        socket.retain();
        socket.wakeHook(this::schedulePump);
        schedulePump();
    }

    SimSocket socket() {
        return socket;
    }

    /** Sends bytes as soon as the connection and its buffers admit. */
    public SimPeer send(final byte[] bytes) {
        if (bytes.length > 0) {
            unsent.add(bytes.clone());
            unsentBytes += bytes.length;
        }
        if (unsentBytes > MAX_UNSENT_BYTES) {
            throw new AssertionError("a peer holds more than " + MAX_UNSENT_BYTES + " unsent bytes");
        }
        schedulePump();
        return this;
    }

    /** Sends text in ISO 8859-1. */
    public SimPeer send(final String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes in pieces, each some time after the one before. */
    public SimPeer sendSlowly(final byte[] bytes, final int pieceBytes, final long gapNanos) {
        int piece = 0;
        for (int from = 0; from < bytes.length; from += pieceBytes) {
            final byte[] part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + pieceBytes));
            clock.at(clock.nowNanos() + gapNanos * piece++, () -> send(part));
        }
        return this;
    }

    /** Limits how fast this program sends. */
    public SimPeer writeLimit(final long bytesPerMilli) {
        writeBytesPerMilli = bytesPerMilli;
        schedulePump();
        return this;
    }

    /** Limits how fast this program reads: its receive buffer fills. */
    public SimPeer readLimit(final long bytesPerMilli) {
        readBytesPerMilli = bytesPerMilli;
        schedulePump();
        return this;
    }

    public SimPeer pauseReading() {
        paused = true;
        return this;
    }

    public SimPeer resumeReading() {
        paused = false;
        schedulePump();
        return this;
    }

    /** Counts received bytes without keeping them. */
    public SimPeer discardReceived() {
        keepsBytes = false;
        received.reset();
        return this;
    }

    /** Sets what happens with received bytes, besides being kept. */
    public SimPeer onBytes(final BiConsumer<SimPeer, byte[]> handler) {
        onBytes = handler;
        return this;
    }

    public SimPeer onConnected(final Consumer<SimPeer> handler) {
        onConnected = handler;
        return this;
    }

    /** Sets what happens when the other end has finished sending. */
    public SimPeer onEnd(final Consumer<SimPeer> handler) {
        onEnd = handler;
        return this;
    }

    /** Sets what happens when the connection fails or is reset; see {@link #errno}. */
    public SimPeer onError(final Consumer<SimPeer> handler) {
        onError = handler;
        return this;
    }

    /** Finishes sending after everything given to {@link #send} so far. */
    public SimPeer shutdownWrite() {
        finWanted = true;
        schedulePump();
        return this;
    }

    /** Closes after everything given to {@link #send}; with unread bytes that becomes a reset. */
    public SimPeer close() {
        closeWanted = true;
        schedulePump();
        return this;
    }

    /** Closes at once with a reset; what is unsent is lost. */
    public SimPeer reset() {
        if (!closed) {
            if (socket instanceof SimTcp tcp) {
                tcp.lingerZero();
            }
            closeNow();
        }
        return this;
    }

    /** Returns everything received and not taken. */
    public byte[] received() {
        return received.toByteArray();
    }

    public String receivedText() {
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    /** Returns what was received and forgets it. */
    public byte[] takeReceived() {
        final byte[] bytes = received.toByteArray();
        received.reset();
        return bytes;
    }

    public long receivedBytes() {
        return receivedBytes;
    }

    public long sentBytes() {
        return sentBytes;
    }

    public long unsentBytes() {
        return unsentBytes;
    }

    public boolean isConnected() {
        return connected;
    }

    /** True when the other end finished sending in order. */
    public boolean isEnded() {
        return ended;
    }

    public boolean isClosed() {
        return closed;
    }

    /** Returns the error that broke the connection, 0 when none did. */
    public int errno() {
        return errno;
    }

    public boolean isReset() {
        return errno == Errno.ECONNRESET || errno == Errno.EPIPE;
    }

    /** Returns the port of this end, 0 for a channel. */
    public int localPort() {
        return socket.localAddress() == null ? 0 : socket.localAddress().port();
    }

    private void schedulePump() {
        if (!pumpScheduled && !closed) {
            pumpScheduled = true;
            clock.at(clock.nowNanos(), () -> {
                pumpScheduled = false;
                pump();
            });
        }
    }

    private void pumpAt(final long nanos) {
        clock.at(nanos, this::schedulePump);
    }

    private void pump() {
        if (closed || connecting && !finishConnect()) {
            return;
        }
        write();
        if (!closed && errno == 0 && unsent.isEmpty() && finWanted && !finSent) {
            finSent = true;
            socket.shutdown(SimSocket.SHUT_SEND);
        }
        read();
        if (!closed && closeWanted && (unsent.isEmpty() || errno != 0)) {
            closeNow();
        }
    }

    private boolean finishConnect() {
        final SimTcp tcp = (SimTcp) socket;
        if (tcp.state() == SimTcp.State.SYN_SENT) {
            if (closeWanted) {
                closeNow();
            }
            return false;
        }
        connecting = false;
        final int failure = tcp.takeError();
        if (failure != 0) {
            fail(failure);
            return false;
        }
        connected = true;
        onConnected.accept(this);
        return !closed;
    }

    private void write() {
        while (!unsent.isEmpty() && errno == 0 && clock.nowNanos() >= nextWriteNanos) {
            final byte[] head = unsent.peek();
            final long wanted = Math.min(head.length - headSent, writeBytesPerMilli);
            final long count = socket.send(head, headSent, wanted);
            if (count < 0) {
                if (count != -Errno.EAGAIN) {
                    fail((int) -count);
                }
                return;
            }
            headSent += (int) count;
            unsentBytes -= count;
            sentBytes += count;
            if (headSent == head.length) {
                unsent.poll();
                headSent = 0;
            }
            if (writeBytesPerMilli != NEVER) {
                nextWriteNanos = clock.nowNanos() + count * 1_000_000 / writeBytesPerMilli;
                pumpAt(nextWriteNanos);
            }
        }
    }

    private void read() {
        while (!paused && !closed && !ended && errno == 0 && clock.nowNanos() >= nextReadNanos) {
            final int wanted = (int) Math.min(scratch.length, readBytesPerMilli);
            final long count = socket.receive(scratch, wanted, false);
            if (count == -Errno.EAGAIN) {
                return;
            }
            if (count < 0) {
                fail((int) -count);
            } else if (count == 0) {
                ended = true;
                onEnd.accept(this);
            } else {
                take((int) count);
            }
        }
    }

    private void take(final int count) {
        receivedBytes += count;
        if (keepsBytes) {
            received.write(scratch, 0, count);
            if (received.size() > MAX_KEPT_BYTES) {
                throw new AssertionError("a peer keeps more than " + MAX_KEPT_BYTES + " bytes");
            }
        }
        if (readBytesPerMilli != NEVER) {
            nextReadNanos = clock.nowNanos() + count * 1_000_000L / readBytesPerMilli;
            pumpAt(nextReadNanos);
        }
        onBytes.accept(this, Arrays.copyOf(scratch, count));
    }

    private void fail(final int failure) {
        errno = failure;
        onError.accept(this);
    }

    private void closeNow() {
        closed = true;
        socket.wakeHook(null);
        socket.release();
    }

    @Override
    public String toString() {
        return "peer" + (connecting ? " connecting" : "") + (ended ? " ended" : "")
                + (closed ? " closed" : "") + (paused ? " paused" : "")
                + (errno == 0 ? "" : " error " + errno) + " received " + receivedBytes
                + " unsent " + unsentBytes + " " + socket.describe();
    }
}
