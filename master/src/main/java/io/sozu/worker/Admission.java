package io.sozu.worker;

import io.sozu.control.model.ListenerAdmission;
import io.sozu.eventloop.log.Log;
import io.sozu.sessions.Connection;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.Fault;
import io.sozu.sessions.cluster.AdmissionSettings;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.limit.SourceTable;
import java.security.SecureRandom;

/**
 * Lets clients in as far as the limits of listeners and clusters go, and counts them. While nobody has ever
 * set a limit it counts nothing.
 *
 * <p>A connection holds a claim on its listener from accept to close, and one on the cluster that its last
 * request was for. Both stand in its slot and are released where it is closed, whatever has become of limit,
 * listener or cluster meanwhile.
 */
final class Admission implements AutoCloseable {
    private final int maxConnections;
    private final ListenerTable listeners;
    private final WorkerMetrics metrics;
    private final LimitReports reports;
    private final ListenerAdmission[] limits = new ListenerAdmission[ListenerTable.CAPACITY];
    private final int[] scopes = new int[ListenerTable.CAPACITY];
    private SourceTable sources;
    private boolean on;
    private int lastScope = 1;

    /**
     * @param maxConnections front connections at once
     */
    Admission(final int maxConnections, final ListenerTable listeners, final WorkerMetrics metrics,
            final Log log) {
        this.maxConnections = maxConnections;
        this.listeners = listeners;
        this.metrics = metrics;
        this.reports = new LimitReports(metrics, log);
    }

    WorkerMetrics metrics() {
        return metrics;
    }

    /** Sets whom a new listener lets in. */
    void add(final int listener, final ListenerAdmission admission) {
        lastScope += 2;
        scopes[listener] = lastScope;
        replace(listener, admission);
    }

    /** Sets whom a listener lets in from now on. */
    void replace(final int listener, final ListenerAdmission admission) {
        limits[listener] = admission.equals(ListenerAdmission.DEFAULT) ? null : admission;
        if (limits[listener] != null) {
            enable();
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
            sources = new SourceTable(maxConnections, random.nextLong(), random.nextLong());
            on = true;
        }
    }

    /** Returns whether a limit was ever set: else there is nothing to ask. */
    boolean isOn() {
        return on;
    }

    /** Returns whether a listener may have one more connection. */
    boolean hasRoom(final int listener) {
        final ListenerAdmission limit = limits[listener];
        return limit == null || limit.maxConnections() == 0
                || listeners.connections(listener) < limit.maxConnections();
    }

    /** Accepting stops because a listener has no room. */
    void held(final long nowNanos) {
        reports.reached(LimitKind.LISTENER_CONNECTIONS, 0, 0, nowNanos);
    }

    /**
     * Counts a connection that was just accepted.
     *
     * @return a claim, {@link SourceTable#NONE} or {@link SourceTable#REFUSED}
     */
    int claim(final int listener, final long source) {
        final ListenerAdmission limit = limits[listener];
        return limit == null || limit.maxConnectionsPerSource() == 0 ? SourceTable.NONE
                : sources.claim(source, scopes[listener], limit.maxConnectionsPerSource());
    }

    /** A connection was refused because its source has too many. */
    void refused(final long sourceText, final int sourceTextBytes, final long nowNanos) {
        reports.reached(LimitKind.SOURCE_CONNECTIONS, sourceText, sourceTextBytes, nowNanos);
    }

    /** Undoes a claim that was not refused. */
    void release(final int claim) {
        if (claim != SourceTable.NONE) {
            sources.release(claim);
        }
    }

    /** Returns whether a cluster takes an exchange of a client; if not, says what the client is told. */
    boolean admits(final Connection front, final Exchange exchange, final Cluster cluster,
            final long nowNanos) {
        final AdmissionSettings limit = cluster.isConfigured() ? cluster.settings().admission() : null;
        final int held = front.clusterClaim();
        if (held != SourceTable.NONE && sources.scope(held) == cluster.scope()) {
            return true;
        }
        int claim = SourceTable.NONE;
        if (limit != null && limit.isLimited()) {
            claim = sources.claim(front.source(), cluster.scope(), limit.maxConnectionsPerSource());
            if (claim == SourceTable.REFUSED) {
                exchange.fault(Fault.TOO_MANY_CONNECTIONS);
                exchange.retryAfterSeconds(limit.retryAfterSeconds());
                reports.reached(LimitKind.CLUSTER_CONNECTIONS, front.peerTextAddress(), front.peerTextBytes(),
                        nowNanos);
                return false;
            }
        }
        release(held);
        front.clusterClaim(claim);
        return true;
    }

    /** A front connection ends, with its claims. */
    void left(final Connection front) {
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
