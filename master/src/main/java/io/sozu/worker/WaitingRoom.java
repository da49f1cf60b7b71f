package io.sozu.worker;

import io.sozu.sessions.Exchange;
import io.sozu.sessions.Slab;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.cluster.Clusters;
import java.util.Arrays;

/**
 * Where exchanges wait for a backend with room: a line per cluster in order of arrival, and one entry in the
 * wheel for all of them. Whatever may give a backend room calls the cluster ({@link Cluster#call}), and who
 * is first in a called line is looked at before the turn ends ({@link Matchmaker#serveWaiting}).
 */
final class WaitingRoom {
    private final Traffic traffic;
    private final Clusters clusters;
    private final int timerSlot;
    private final Exchange neighbour;
    private Cluster[] listed = new Cluster[4];
    private int count;
    private int waiting;

    WaitingRoom(final Traffic traffic, final Clusters clusters) {
        this.traffic = traffic;
        this.clusters = clusters;
        this.timerSlot = timerSlot(traffic);
        this.neighbour = traffic.newExchange();
    }

    /** Returns the slot of the wheel for those who wait: behind that of the drain. */
    static int timerSlot(final Traffic traffic) {
        return Drain.drainSlot(traffic) + 1;
    }

    /** Returns how many exchanges wait. */
    int waiting() {
        return waiting;
    }

    /** Returns whether one more exchange may wait for a configured cluster. */
    static boolean hasPlace(final Cluster cluster) {
        return cluster.waiting().size() < cluster.settings().failure().maxQueue();
    }

    /** Puts an exchange at the end of its cluster's line; returns false when as many wait as may. */
    boolean enter(final Exchange exchange, final Cluster cluster, final long nowNanos) {
        if (!hasPlace(cluster)) {
            return false;
        }
        cluster.waiting().add(exchange, neighbour, nowNanos);
        waiting++;
        if (!cluster.listed(true)) {
            if (count == listed.length) {
                listed = Arrays.copyOf(listed, count * 2);
            }
            listed[count++] = cluster;
        }
        cluster.call();
        return true;
    }

    /** Takes an exchange out of its line. */
    void leave(final Exchange exchange) {
        final Cluster cluster = clusters.cluster(exchange.cluster(), exchange.clusterGeneration());
        cluster.waiting().remove(exchange, neighbour);
        waiting--;
    }

    /** Returns when the patience of an exchange in the line of a configured cluster ends. */
    static long endNanos(final Exchange exchange, final Cluster cluster) {
        return exchange.waitingSinceNanos() + cluster.settings().failure().queueTimeoutNanos();
    }

    /** Sees to it that a line is looked at when its first loses patience, or a backend may be tried again. */
    void arm(final Cluster cluster, final long nowNanos) {
        final int first = cluster.waiting().first();
        if (first != Slab.NONE) {
            final long deadlineNanos = Math.min(endNanos(neighbour.wrap(first), cluster),
                    cluster.nextReturnNanos(nowNanos));
            if (deadlineNanos < traffic.wheel().armedNanos(timerSlot)) {
                traffic.wheel().arm(timerSlot, deadlineNanos);
            }
        }
    }

    /** Has every line looked at, and forgets those that are empty. */
    void onTimer() {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            final Cluster cluster = listed[i];
            if (cluster.waiting().isEmpty()) {
                cluster.listed(false);
            } else {
                cluster.call();
                listed[kept++] = cluster;
            }
        }
        Arrays.fill(listed, kept, count, null);
        count = kept;
    }
}
