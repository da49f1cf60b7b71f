package io.sozu.bindings.sim;

import java.util.ArrayDeque;

/** The connections a listening socket holds until they are accepted. */
final class SimBacklog {
    private final ArrayDeque<SimTcp> queue = new ArrayDeque<>();
    private int limit;
    private boolean deaf;

    void limit(final int count) {
        limit = Math.max(0, count);
    }

    /** Linux takes one connection more than the backlog says. */
    boolean isFull() {
        return deaf || queue.size() > limit;
    }

    /** Hears no new connection any more. */
    void refuse() {
        deaf = true;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    void add(final SimTcp child) {
        queue.add(child);
    }

    /** Returns the oldest connection or null. */
    SimTcp take() {
        return queue.poll();
    }

    /** Resets every connection nobody accepted. */
    void abort() {
        queue.forEach(SimTcp::abort);
        queue.clear();
    }

    @Override
    public String toString() {
        return queue.size() + " of " + limit;
    }
}
