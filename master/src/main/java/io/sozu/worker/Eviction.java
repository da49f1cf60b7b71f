package io.sozu.worker;

import io.sozu.sessions.Connection;
import io.sozu.sessions.Slab;

/**
 * Makes a place for a new client by closing the front connection that has been idle longest. When it is off
 * it keeps no list and costs nothing.
 */
final class Eviction {
    private final AgeList idle;
    private final WorkerMetrics metrics;
    private boolean on;

    Eviction(final Traffic traffic, final WorkerMetrics metrics) {
        this.idle = new AgeList(traffic);
        this.metrics = metrics;
    }

    /** Keeps the list from now on; before the first connection. */
    void enable() {
        on = true;
    }

    boolean isEnabled() {
        return on;
    }

    /** A connection waits for its client, who owes it nothing and is owed nothing. */
    void becameIdle(final Connection front) {
        if (on && !front.isListed()) {
            front.listed(true);
            idle.add(front.slot());
        }
    }

    /** A connection is served again, or is about to be closed. */
    void becameActive(final Connection front) {
        if (front.isListed()) {
            front.listed(false);
            idle.remove(front.slot());
        }
    }

    /** Returns whether a connection could be closed for a new one. */
    boolean canMakePlace() {
        return idle.oldest() != Slab.NONE;
    }

    /** Closes the connection that has been idle longest: a new one has come. */
    void makePlace(final Closer closer) {
        metrics.counters.increment(metrics.evicted);
        closer.close(idle.oldest());
    }
}
