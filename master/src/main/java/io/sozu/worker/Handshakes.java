package io.sozu.worker;

import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.eventloop.metrics.Counters;
import io.sozu.protocols.tls.HandshakeFault;
import io.sozu.protocols.tls.HandshakeWatch;
import io.sozu.protocols.tls.TlsListeners;
import io.sozu.sessions.Connection;
import io.sozu.sessions.Slab;

/**
 * The handshakes of clients under way: so many at a time, counted, and told of when they fail, one line every
 * ten seconds at most.
 *
 * <p>A connection that comes when there are {@code max_handshakes} waits with its bytes unread, and who came
 * last goes on first. So that those who are slow on purpose do not keep others out, handshakes under way have
 * one second more while others wait.
 */
final class Handshakes implements HandshakeWatch {
    private static final int UNDER_WAY = 1;
    private static final int HELD = 2;
    private static final long PATIENCE_NANOS = 1_000_000_000;
    private static final long INTERVAL_NANOS = 10_000_000_000L;
    private static final HandshakeFault[] FAULTS = HandshakeFault.values();

    private final Traffic traffic;
    private final TlsListeners tls;
    private final Log log;
    private final int max;
    private final AgeList begun;
    private final AgeList waiting;
    private final Connection other;
    private final Counters counters;
    private final int complete;
    private final int resumptions;
    private final int olderVersion;
    private final int standardCertificates;
    private final int kernelEncrypted;
    private final int failures;
    private final int[] faults = new int[FAULTS.length];
    private final int active;
    private final int held;
    private int begunCount;
    private int waitingCount;
    private long toldNanos;
    private int untold;

    /** @param max how many there may be at a time, 0 for any number */
    Handshakes(final Traffic traffic, final TlsListeners tls, final WorkerMetrics metrics, final Log log,
            final int max) {
        this.traffic = traffic;
        this.tls = tls;
        this.log = log;
        this.max = max;
        begun = new AgeList(traffic);
        waiting = new AgeList(traffic);
        other = traffic.newConnection();
        counters = metrics.counters;
        complete = counters.count("tls.handshakes");
        resumptions = counters.count("tls.handshakes.resumed");
        olderVersion = counters.count("tls.handshakes.tls12");
        standardCertificates = counters.count("tls.handshakes.default_certificate");
        kernelEncrypted = counters.count("tls.handshakes.ktls");
        failures = counters.count("tls.handshakes.failed");
        for (final HandshakeFault fault : FAULTS) {
            faults[fault.ordinal()] = counters.count("tls.handshakes.failed." + fault.id());
        }
        active = counters.gauge("tls.handshakes.active");
        held = counters.gauge("tls.handshakes.waiting");
    }

    @Override
    public boolean admits(final Connection front, final long nowNanos) {
        if (front.handshake() == UNDER_WAY) {
            return true;
        }
        if (max > 0 && begunCount >= max) {
            hold(front, nowNanos);
            return false;
        }
        leave(front);
        front.handshake(UNDER_WAY);
        if (waitingCount > 0) {
            hurry(front, nowNanos);
        }
        begun.add(front.slot());
        begunCount++;
        return true;
    }

    private void hold(final Connection front, final long nowNanos) {
        if (front.handshake() == HELD) {
            return;
        }
        front.handshake(HELD);
        waiting.add(front.slot());
        waitingCount++;
        if (waitingCount == 1) {
            for (int slot = begun.oldest(); slot != Slab.NONE; slot = begun.newer(slot)) {
                hurry(other.wrap(slot), nowNanos);
                traffic.armDeadline(other);
            }
        }
    }

    private static void hurry(final Connection front, final long nowNanos) {
        front.deadlineNanos(Math.min(front.deadlineNanos(), nowNanos + PATIENCE_NANOS));
    }

    /** Lets as many go on as there are places for; a last step of each turn. */
    void wake() {
        for (int free = max - begunCount; free > 0 && waitingCount > 0; free--) {
            final int slot = waiting.newest();
            leave(other.wrap(slot));
            traffic.queue().add(slot);
        }
    }

    /** The handshake of a connection, if it is in one, is over, or the connection about to be closed. */
    void leave(final Connection front) {
        if (front.handshake() == UNDER_WAY) {
            front.handshake(0);
            begun.remove(front.slot());
            begunCount--;
        } else if (front.handshake() == HELD) {
            front.handshake(0);
            waiting.remove(front.slot());
            waitingCount--;
        }
    }

    @Override
    public void done(final Connection front, final boolean resumed, final boolean tls13,
            final boolean standardCertificate) {
        leave(front);
        counters.increment(complete);
        if (resumed) {
            counters.increment(resumptions);
        }
        if (!tls13) {
            counters.increment(olderVersion);
        }
        if (front.recordType() != 0) {
            counters.increment(kernelEncrypted);
        }
        if (standardCertificate) {
            counters.increment(standardCertificates);
        }
    }

    @Override
    public void failed(final Connection front, final HandshakeFault fault, final long nowNanos) {
        leave(front);
        counters.increment(failures);
        counters.increment(faults[fault.ordinal()]);
        if (untold > 0 && nowNanos - toldNanos < INTERVAL_NANOS) {
            untold++;
            return;
        }
        tell(front, fault);
        toldNanos = nowNanos;
        untold = 1;
    }

    private void tell(final Connection front, final HandshakeFault fault) {
        final String why = fault.isOfOpenSsl() ? tls.failure() : null;
        log.begin(LogLevel.INFO).text("the TLS handshake of ")
                .bytes(front.peerTextAddress(), front.peerTextBytes()).text(" failed: ").text(fault.text());
        if (why != null) {
            log.text(" (").text(why).text(")");
        }
        if (untold > 1) {
            log.text("; ").decimal(untold - 1).text(" more since the last such line");
        }
        log.end();
    }

    /** Returns how many there are, for tests that check it between turns. */
    int begun() {
        return begunCount;
    }

    /** Publishes how many there are now. */
    void publish() {
        counters.set(active, begunCount);
        counters.set(held, waitingCount);
    }

    /** Returns whether nobody is left in a list. */
    boolean isEmpty() {
        return begun.oldest() == Slab.NONE && waiting.oldest() == Slab.NONE;
    }
}
