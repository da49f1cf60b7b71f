package io.sozu.bindings.sim;

import io.sozu.bindings.linux.EpollFlags;
import java.util.SplittableRandom;

/**
 * One direction of a TCP connection.
 *
 * <pre>
 *   consumed        arrived          sent            written
 *      |  receive queue | in flight   | not sent yet    |
 *                 acknowledged &lt;= arrived
 * </pre>
 *
 * The send buffer holds from acknowledged to written, the receive window from consumed on. Nothing overtakes.
 */
final class SimLane {
    private static final long HOLD_NANOS = 200_000_000;
    private final SimClock clock;
    private final SplittableRandom random;
    private final SimNetwork network;
    private final long latencyNanos;
    private final SimTcp sender;
    private SimTcp receiver;
    private SimLane back;
    private byte[] ring = new byte[0];
    private long consumed;
    private long arrived;
    private long sent;
    private long written;
    private long acknowledged;
    private long windowBase;
    private long lastArrivalNanos;
    private boolean finWanted;
    private boolean finSent;
    private boolean broken;
    private boolean resetSent;
    private boolean transmitting;
    private boolean holding;

    SimLane(final SimNetwork network, final SimTcp sender) {
        this.network = network;
        clock = network.clock();
        random = network.random();
        this.sender = sender;
        latencyNanos = network.drawLatency();
    }

    void join(final SimTcp otherEnd, final SimLane otherLane) {
        receiver = otherEnd;
        back = otherLane;
    }

    /** Runs an action when a packet sent now would arrive; at once when the link takes no time. */
    void deliver(final Runnable action) {
        if (latencyNanos == 0) {
            action.run();
            return;
        }
        final long jitter = random.nextLong(latencyNanos / 4 + 1);
        lastArrivalNanos = Math.max(lastArrivalNanos, clock.nowNanos() + latencyNanos + jitter);
        clock.at(lastArrivalNanos, action);
    }

    int readableBytes() {
        return (int) (arrived - consumed);
    }

    int usedBytes() {
        return (int) (written - acknowledged);
    }

    int freeBytes() {
        return Math.max(0, sender.sendBufferBytes - usedBytes());
    }

    /** Appends bytes that fit; {@link #transmit} sends them. */
    void write(final byte[] source, final int from, final int lengthBytes) {
        ensureRing((int) (written - consumed) + lengthBytes);
        for (int done = 0; done < lengthBytes; ) {
            final int at = (int) ((written + done) % ring.length);
            final int part = Math.min(lengthBytes - done, ring.length - at);
            System.arraycopy(source, from + done, ring, at, part);
            done += part;
        }
        written += lengthBytes;
    }

    /** Copies arrived bytes out and, unless it peeks, consumes them. */
    void read(final byte[] target, final int lengthBytes, final boolean peek) {
        copyOut(target, lengthBytes);
        if (peek) {
            return;
        }
        consumed += lengthBytes;
        if (sent < written || sent - windowBase > receiver.receiveBufferBytes / 2) {
            back.deliver(this::acknowledge);
        }
    }

    private void copyOut(final byte[] target, final int lengthBytes) {
        for (int done = 0; done < lengthBytes; ) {
            final int at = (int) ((consumed + done) % ring.length);
            final int part = Math.min(lengthBytes - done, ring.length - at);
            System.arraycopy(ring, at, target, done, part);
            done += part;
        }
    }

    /** Sends what the window admits, then the FIN if one is due. */
    void transmit() {
        if (transmitting || receiver == null) {
            return;
        }
        transmitting = true;
        final long leastBytes = holding ? network.segmentBytes() : 1;
        while (!broken && written - sent >= leastBytes && windowBytes() > 0) {
            final long room = Math.min(windowBytes(), network.segmentBytes());
            final int length = (int) Math.min(written - sent, room);
            sent += length;
            deliver(() -> arrive(length));
        }
        transmitting = false;
        if (finWanted && !finSent && !broken && sent == written) {
            finSent = true;
            deliver(this::arriveFin);
        }
    }

    /** Holds an incomplete last segment back, as MSG_MORE asks, or does so no more: tcp(7). */
    void hold(final boolean more) {
        holding = more;
        if (more) {
            clock.at(clock.nowNanos() + HOLD_NANOS, this::release);
        }
    }

    private void release() {
        holding = false;
        transmit();
    }

    private long windowBytes() {
        return receiver.receiveBufferBytes - (sent - windowBase);
    }

    private void arrive(final int lengthBytes) {
        if (receiver.refusesBytes()) {
            receiver.resetByUnwantedBytes();
            return;
        }
        arrived += lengthBytes;
        receiver.wake(EpollFlags.IN);
        back.deliver(this::acknowledge);
    }

    private void acknowledge() {
        acknowledged = arrived;
        windowBase = consumed;
        sender.announceSpace();
        transmit();
    }

    void finish() {
        finWanted = true;
        holding = false;
        transmit();
    }

    private void arriveFin() {
        receiver.onFin();
        back.deliver(sender::onFinAcknowledged);
    }

    /** Forgets what was not sent and sends a reset behind what is in flight. */
    void reset() {
        if (!resetSent) {
            resetSent = true;
            abandon();
            if (receiver != null) {
                deliver(receiver::onReset);
            }
        }
    }

    /** Drops what the receiver has not read. */
    void discardArrived() {
        consumed = arrived;
    }

    /** Sends nothing more. */
    void abandon() {
        broken = true;
        written = sent;
        acknowledged = arrived;
    }

    private void ensureRing(final int neededBytes) {
        if (neededBytes <= ring.length) {
            return;
        }
        final byte[] larger = new byte[Math.max(neededBytes, Math.max(4096, ring.length * 2))];
        final int held = (int) (written - consumed);
        for (int i = 0; i < held; i++) {
            larger[(int) ((consumed + i) % larger.length)] = ring[(int) ((consumed + i) % ring.length)];
        }
        ring = larger;
    }
}
