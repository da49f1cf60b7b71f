package io.sozu.worker;

import io.sozu.eventloop.metrics.Counters;
import io.sozu.eventloop.metrics.CountersReader;

/** The ids of what a worker counts, in the order they are published. */
public final class WorkerMetrics {
    private static final int CAPACITY = 128;

    /** The block itself; its owner closes it. */
    final Counters counters = new Counters(CAPACITY);
    final int accepted = counters.count("listener.accepted.total");
    final int capped = counters.count("listener.connection_capped");
    final int connections = counters.gauge("client.connections");
    final int requests = counters.count("http.requests");
    final int active = counters.gauge("http.active_requests");
    final int generated = counters.count("http.errors");
    final int redirections = counters.count("http.301.redirection");
    final int connectErrors = counters.count("backend.connections.error");
    final int retries = counters.count("backend.connect.retries");
    final int retriesRefused = counters.count("backend.connect.retries_refused");
    final int poolHits = counters.count("backend.pool.hit");
    final int poolMisses = counters.count("backend.pool.miss");
    final int backConnections = counters.gauge("backend.connections");
    final int evicted = counters.count("sessions.evicted");
    final int waiting = counters.gauge("backend.queue.waiting");
    final int queued = counters.count("backend.queue.total");
    final int queueFull = counters.count("backend.queue.full");
    final int queueTimeouts = counters.count("backend.queue.timeout");
    final int ejections = counters.count("backend.ejected.total");
    final int returns = counters.count("backend.returned.total");
    /** How often each {@link LimitKind} was reached, by its number. */
    final int[] limited = LimitKind.define(counters);
    final int claims = counters.gauge("limits.claims");
    final int untracked = counters.count("limits.untracked");
    final int slots = counters.gauge("slab.entries");
    final int pages = counters.gauge("buffer.in_use");
    final int backpressure = counters.gauge("accept_queue.backpressure");
    final int failOpen = counters.count("backends.fail_open");
    final int broken = counters.count("sessions.broken");

    WorkerMetrics() {
    }

    /** Sets all of them to 0. */
    void reset() {
        new CountersReader(counters.address()).metrics().forEach(each -> counters.set(each.id(), 0));
    }
}
