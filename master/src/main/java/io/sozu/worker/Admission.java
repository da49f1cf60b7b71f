package io.sozu.worker;

import io.sozu.control.model.ListenerAdmission;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.time.LoopClock;
import io.sozu.sessions.Connection;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.Fault;
import io.sozu.sessions.cluster.AdmissionSettings;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.limit.Rate;
import io.sozu.sessions.limit.SourceTable;
import java.security.SecureRandom;

/**
 * Lets clients in as far as the limits of listeners and clusters go, and counts them. While nobody has ever
 * set a limit it counts nothing.
 *
 * <p>A connection holds a claim on its source's entry for its listener from accept to close, and one on that
 * for the cluster that its last request was for, where these limit each source. Both stand in its slot and
 * are released where it is closed, whatever has become of limit, listener or cluster meanwhile; so a
 * request finds its buckets without looking for them. What is refused takes no token.
 */
final class Admission implements AutoCloseable {
    /** Returned instead of a claim when a connection is refused. */
    static final int REFUSED = -1;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Traffic traffic;
    private final LoopClock clock;
    private final ListenerTable listeners;
    private final WorkerMetrics metrics;
    private final Handshakes handshakes;
    private final LimitReports reports;
    private final LimitedListener[] limits = new LimitedListener[ListenerTable.CAPACITY];
    private final int[] scopes = new int[ListenerTable.CAPACITY];
    private SourceTable sources;
    private boolean on;
    private int lastScope = 1;
    private LimitKind refusal;

    Admission(final Traffic traffic, final LoopClock clock, final ListenerTable listeners,
            final WorkerMetrics metrics, final Handshakes handshakes, final Log log) {
        this.traffic = traffic;
        this.clock = clock;
        this.listeners = listeners;
        this.metrics = metrics;
        this.handshakes = handshakes;
        this.reports = new LimitReports(metrics, log);
    }

    ListenerTable listeners() {
        return listeners;
    }

    WorkerMetrics metrics() {
        return metrics;
    }

    /** Sets whom a new listener lets in. */
    void add(final int listener, final ListenerAdmission admission) {
        lastScope += 2;
        scopes[listener] = lastScope;
        limits[listener] = null;
        replace(listener, admission);
    }

    /** Sets whom a listener lets in from now on; the connections that it has count as well. */
    void replace(final int listener, final ListenerAdmission admission) {
        final LimitedListener before = limits[listener];
        limits[listener] = null;
        if (!admission.equals(ListenerAdmission.DEFAULT)) {
            limits[listener] = new LimitedListener(scopes[listener], admission, before);
            enable();
            if (listeners.connections(listener) > 0) {
                count(listener);
            }
        }
    }

    /** Counts the connections of a listener that were not counted so far, be they too many now. */
    private void count(final int listener) {
        final Connection connection = traffic.newConnection();
        for (int slot = 0; limits[listener].countsSources && slot < traffic.connections().slots(); slot++) {
            if (traffic.connections().isLive(slot) && connection.wrap(slot).isFront()
                    && connection.listener() == listener && connection.listenerClaim() == SourceTable.NONE) {
                final int entry = sources.entry(connection.source(), scopes[listener], clock.nowNanos());
                if (entry != SourceTable.NONE) {
                    sources.claim(entry);
                    connection.listenerClaim(entry);
                }
            }
        }
    }

    /** Counts from now on what clusters with these settings take. */
    void watch(final AdmissionSettings settings) {
        if (settings.isLimited()) {
            enable();
        }
    }

    private void enable() {
        if (!on) {
            final SecureRandom random = new SecureRandom();
            sources = new SourceTable(traffic.exchanges().slots(), random.nextLong(), random.nextLong());
            on = true;
        }
    }

    /** Returns whether a limit was ever set: else there is nothing to ask. */
    boolean isOn() {
        return on;
    }

    /** Returns whether a listener may have one more connection. */
    boolean hasRoom(final int listener) {
        final LimitedListener limit = limits[listener];
        return limit == null || listeners.connections(listener) < limit.maxConnections;
    }

    /** Accepting stops because a listener has no room. */
    void held(final long nowNanos) {
        reports.reached(LimitKind.LISTENER_CONNECTIONS, 0, 0, nowNanos);
    }

    /** Returns how long a listener must not accept for its rate; 0 when it may, and tells when it may not. */
    long paceNanos(final int listener, final long nowNanos) {
        final LimitedListener limit = limits[listener];
        if (limit == null || limit.connectionRate == null) {
            return 0;
        }
        final long waitNanos = limit.connectionRate.waitNanos(limit.connectionsFullNanos, nowNanos);
        if (waitNanos > 0) {
            limit.connectionsFullNanos = limit.connectionRate.settled(limit.connectionsFullNanos, nowNanos);
            reports.reached(LimitKind.LISTENER_CONNECTION_RATE, 0, 0, nowNanos);
        }
        return waitNanos;
    }

    /**
     * Counts a connection that was just accepted.
     *
     * @return a claim, {@link SourceTable#NONE} or {@link #REFUSED}
     */
    int claim(final int listener, final long source, final long nowNanos) {
        final LimitedListener limit = limits[listener];
        if (limit == null) {
            return SourceTable.NONE;
        }
        int entry = SourceTable.NONE;
        if (limit.countsSources) {
            entry = sources.entry(source, limit.scope, nowNanos);
            if (entry != SourceTable.NONE && !claim(entry, limit, nowNanos)) {
                return REFUSED;
            }
        }
        if (limit.connectionRate != null) {
            limit.connectionsFullNanos = limit.connectionRate.taken(limit.connectionsFullNanos, nowNanos);
        }
        return entry;
    }

    private boolean claim(final int entry, final LimitedListener limit, final long nowNanos) {
        if (sources.count(entry) >= limit.maxPerSource) {
            refusal = LimitKind.SOURCE_CONNECTIONS;
            return false;
        }
        if (waitNanos(limit.connectionRatePerSource, entry, SourceTable.CONNECTIONS, nowNanos) > 0) {
            refusal = LimitKind.SOURCE_CONNECTION_RATE;
            return false;
        }
        take(limit.connectionRatePerSource, entry, SourceTable.CONNECTIONS, nowNanos);
        sources.claim(entry);
        return true;
    }

    /** The connection was refused that was claimed for last. */
    void refused(final long sourceText, final int sourceTextBytes, final long nowNanos) {
        reports.reached(refusal, sourceText, sourceTextBytes, nowNanos);
    }

    /** Undoes a claim that was not refused. */
    void release(final int claim) {
        if (claim != SourceTable.NONE) {
            sources.release(claim);
        }
    }

    /** Returns whether a listener passes a request on; if not, says what the client is told. */
    boolean admits(final Connection front, final Exchange exchange, final long nowNanos) {
        final LimitedListener limit = limits[front.listener()];
        if (limit == null) {
            return true;
        }
        final int entry = front.listenerClaim();
        final long sourceWaitNanos =
                waitNanos(limit.requestRatePerSource, entry, SourceTable.REQUESTS, nowNanos);
        if (sourceWaitNanos > 0) {
            return refuse(front, exchange, LimitKind.LISTENER_SOURCE_REQUESTS, limit.requestRatePerSource,
                    sourceWaitNanos);
        }
        if (limit.requestRate != null) {
            final long waitNanos = limit.requestRate.waitNanos(limit.requestsFullNanos, nowNanos);
            if (waitNanos > 0) {
                limit.requestsFullNanos = limit.requestRate.settled(limit.requestsFullNanos, nowNanos);
                return refuse(front, exchange, LimitKind.LISTENER_REQUESTS, limit.requestRate, waitNanos);
            }
            limit.requestsFullNanos = limit.requestRate.taken(limit.requestsFullNanos, nowNanos);
        }
        take(limit.requestRatePerSource, entry, SourceTable.REQUESTS, nowNanos);
        return true;
    }

    /** Returns whether a cluster takes a request; if not, says what the client is told. */
    boolean admits(final Connection front, final Exchange exchange, final Cluster cluster,
            final long nowNanos) {
        final AdmissionSettings limit = cluster.isConfigured() ? cluster.settings().admission() : null;
        final boolean countsSources = limit != null && limit.countsSources();
        final int held = front.clusterClaim();
        final boolean known = held != SourceTable.NONE && sources.scope(held) == cluster.scope();
        int entry = known ? held : SourceTable.NONE;
        if (!known && countsSources) {
            entry = sources.entry(front.source(), cluster.scope(), nowNanos);
            if (entry != SourceTable.NONE && limit.maxConnectionsPerSource() > 0
                    && sources.count(entry) >= limit.maxConnectionsPerSource()) {
                exchange.excess().retryAfterSeconds(limit.retryAfterSeconds());
                return refuse(front, exchange, LimitKind.CLUSTER_CONNECTIONS, Fault.TOO_MANY_CONNECTIONS);
            }
        }
        if (limit != null && !takes(front, exchange, cluster, entry, nowNanos)) {
            return false;
        }
        if (!known) {
            if (entry != SourceTable.NONE) {
                sources.claim(entry);
            }
            release(held);
            front.clusterClaim(entry);
        }
        return true;
    }

    /** Returns whether the rates of a cluster allow one more request, and counts it then. */
    private boolean takes(final Connection front, final Exchange exchange, final Cluster cluster,
            final int entry, final long nowNanos) {
        final Rate all = cluster.settings().admission().requestRate();
        final Rate perSource = cluster.settings().admission().requestRatePerSource();
        final long sourceWaitNanos = waitNanos(perSource, entry, SourceTable.REQUESTS, nowNanos);
        if (sourceWaitNanos > 0) {
            return refuse(front, exchange, LimitKind.CLUSTER_SOURCE_REQUESTS, perSource, sourceWaitNanos);
        }
        if (all != null) {
            final long waitNanos = all.waitNanos(cluster.requestsFullNanos(), nowNanos);
            if (waitNanos > 0) {
                cluster.requestsFullNanos(all.settled(cluster.requestsFullNanos(), nowNanos));
                return refuse(front, exchange, LimitKind.CLUSTER_REQUESTS, all, waitNanos);
            }
            cluster.requestsFullNanos(all.taken(cluster.requestsFullNanos(), nowNanos));
        }
        take(perSource, entry, SourceTable.REQUESTS, nowNanos);
        return true;
    }

    private long waitNanos(final Rate rate, final int entry, final int bucket, final long nowNanos) {
        if (rate == null || entry == SourceTable.NONE) {
            return 0;
        }
        final long fullNanos = sources.fullNanos(entry, bucket);
        final long waitNanos = rate.waitNanos(fullNanos, nowNanos);
        if (waitNanos > 0) {
            sources.fullNanos(entry, bucket, rate.settled(fullNanos, nowNanos));
        }
        return waitNanos;
    }

    private void take(final Rate rate, final int entry, final int bucket, final long nowNanos) {
        if (rate != null && entry != SourceTable.NONE) {
            sources.fullNanos(entry, bucket, rate.taken(sources.fullNanos(entry, bucket), nowNanos));
        }
    }

    private boolean refuse(final Connection front, final Exchange exchange, final LimitKind kind,
            final Rate rate, final long waitNanos) {
        exchange.excess().retryAfterSeconds((int) ((waitNanos + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND));
        exchange.excess().rate(rate.perSecond(), kind == LimitKind.LISTENER_SOURCE_REQUESTS
                || kind == LimitKind.CLUSTER_SOURCE_REQUESTS);
        return refuse(front, exchange, kind, Fault.TOO_MANY_REQUESTS);
    }

    private boolean refuse(final Connection front, final Exchange exchange, final LimitKind kind,
            final Fault fault) {
        exchange.fault(fault);
        reports.reached(kind, front.peerTextAddress(), front.peerTextBytes(), exchange.startedNanos());
        return false;
    }

    /** A front connection ends, with its claims and its handshake. */
    void left(final Connection front) {
        handshakes.leave(front);
        if (on) {
            release(front.listenerClaim());
            release(front.clusterClaim());
        }
    }

    /** Returns how many claims there are. */
    int claims() {
        return on ? sources.claims() : 0;
    }

    /** Returns how often a source could not be counted because too many others are. */
    long untracked() {
        return on ? sources.untracked() : 0;
    }

    /** Returns the table, for tests; null while there is none. */
    SourceTable sources() {
        return sources;
    }

    @Override
    public void close() {
        if (on) {
            sources.close();
        }
    }
}
