package io.sozu.worker;

import io.sozu.control.EventKind;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.eventloop.time.LoopClock;
import io.sozu.sessions.Fault;
import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.Cluster;
import java.util.Arrays;

/**
 * Tells of backends that become unusable and usable again, in the log and as events, and of clusters that
 * have none left. Allocates nothing but where a cluster's number is higher than any before.
 */
final class BackendWatch {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long TLS_INTERVAL_NANOS = 10 * SECOND_NANOS;

    private final LoopClock clock;
    private final WorkerMetrics metrics;
    private final Log log;
    private final WorkerEvents events = new WorkerEvents();
    /** By the number of a cluster: 0, or the generation of the one that was told to have none, plus 1. */
    private int[] unavailable = new int[64];
    /** By the number of a backend: when its TLS was told to fail, and how often it has since, plus 1. */
    private long[] toldNanos = new long[64];
    private int[] untold = new int[64];

    BackendWatch(final LoopClock clock, final WorkerMetrics metrics, final Log log) {
        this.clock = clock;
        this.metrics = metrics;
        this.log = log;
    }

    WorkerEvents events() {
        return events;
    }

    /** A connection has come about. */
    void connected(final Backend backend) {
        if (backend.connectSucceeded()) {
            name(LogLevel.INFO, backend).text(" is up again").end();
            events.add(EventKind.BACKEND_UP, backend, 0);
            changed(backend.cluster());
        }
    }

    /** None has: the backend is left alone for a time, or for another one. */
    void connectFailed(final Backend backend, final long nowNanos) {
        metrics.counters.increment(metrics.connectErrors);
        final long beforeNanos = backend.health().usableAtNanos();
        final boolean wasUp = backend.connectFailed(nowNanos);
        final long untilNanos = backend.health().usableAtNanos();
        if (wasUp || untilNanos != beforeNanos) {
            final long seconds = ceilSeconds(untilNanos - nowNanos);
            name(LogLevel.WARN, backend).text(wasUp ? " is down; it is tried again in "
                    : " is still down; it is tried again in ").decimal(seconds).text(" s").end();
            events.add(wasUp ? EventKind.BACKEND_DOWN : EventKind.BACKEND_BACK_OFF, backend, seconds);
            changed(backend.cluster());
        }
    }

    /** The backend has answered. */
    void answered(final Backend backend, final int status, final long nowNanos) {
        watch(backend, backend.answered(status, nowNanos), nowNanos);
    }

    /** The backend has taken an exchange and not served it. */
    void failed(final Backend backend, final long nowNanos) {
        watch(backend, backend.exchangeFailed(nowNanos), nowNanos);
    }

    /** Counts a failure of TLS; returns whether it is to be told: one of each backend every ten seconds. */
    boolean tellsOfTls(final Backend backend, final long nowNanos) {
        final int index = backend.index();
        if (index >= untold.length) {
            toldNanos = Arrays.copyOf(toldNanos, 2 * index);
            untold = Arrays.copyOf(untold, 2 * index);
        }
        if (untold[index] > 0 && nowNanos - toldNanos[index] < TLS_INTERVAL_NANOS) {
            untold[index]++;
            return false;
        }
        toldNanos[index] = nowNanos;
        return true;
    }

    /** Tells of a failure of TLS. */
    void tlsFailed(final Backend backend, final Fault fault, final String why) {
        name(LogLevel.WARN, backend).text(switch (fault) {
            case CERTIFICATE_REFUSED -> ": its certificate is refused: ";
            case HANDSHAKE_TIMEOUT -> ": its TLS handshake did not end in time";
            case HANDSHAKE_FAILED -> ": its TLS handshake failed: ";
            default -> " has ended TLS: ";
        });
        if (fault != Fault.HANDSHAKE_TIMEOUT) {
            log.text(why == null ? "the connection broke off" : why);
        }
        final int index = backend.index();
        if (untold[index] > 1) {
            log.text("; ").decimal(untold[index] - 1).text(" times more since the last such line");
        }
        log.end();
        untold[index] = 1;
    }

    private void watch(final Backend backend, final boolean ejected, final long nowNanos) {
        if (ejected) {
            metrics.counters.increment(metrics.ejections);
            final long seconds = (backend.ejection().returnNanos() - nowNanos) / SECOND_NANOS;
            name(LogLevel.WARN, backend).text(" is ejected for ").decimal(seconds).text(" s").end();
            events.add(EventKind.BACKEND_EJECTED, backend, seconds);
            changed(backend.cluster());
        } else if (backend.returned(nowNanos)) {
            metrics.counters.increment(metrics.returns);
            name(LogLevel.INFO, backend).text(" is used again after its ejection").end();
            events.add(EventKind.BACKEND_RETURNED, backend, 0);
            changed(backend.cluster());
        }
    }

    /** A removed backend has nothing of this worker any more. */
    void drained(final Backend backend) {
        events.add(EventKind.REMOVED_BACKEND_HAS_NO_CONNECTIONS, backend, 0);
    }

    /** Looks whether a cluster, whose backends are not what they were, has one that should serve. */
    void changed(final Cluster cluster) {
        final int index = cluster.index();
        final int mark = cluster.generation() + 1;
        if (index >= unavailable.length) {
            unavailable = Arrays.copyOf(unavailable, 2 * index);
        }
        final boolean told = unavailable[index] == mark;
        final boolean available = isAvailable(cluster);
        if (told && available) {
            unavailable[index] = 0;
            events.add(EventKind.CLUSTER_RECOVERED, cluster);
        } else if (!told && !available && cluster.isConfigured()) {
            unavailable[index] = mark;
            events.add(EventKind.NO_AVAILABLE_BACKENDS, cluster);
        }
    }

    private boolean isAvailable(final Cluster cluster) {
        final long nowNanos = clock.nowNanos();
        for (int place = 0; place < cluster.backendCount(); place++) {
            final Backend backend = cluster.backend(place);
            if (!backend.health().isDown() && !backend.ejection().isEjected(nowNanos)) {
                return true;
            }
        }
        return false;
    }

    private static long ceilSeconds(final long nanos) {
        return (nanos + SECOND_NANOS - 1) / SECOND_NANOS;
    }

    /** Begins a line about a backend; the loop hands it over at the end of the turn. */
    private Log name(final LogLevel level, final Backend backend) {
        return log.begin(level).text("backend ").text(backend.id()).text(" of cluster ")
                .text(backend.cluster().id());
    }
}
