package io.sozu.worker;

import io.sozu.eventloop.Readiness;
import io.sozu.sessions.Connection;
import io.sozu.sessions.ConnectionPhase;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.Half;
import io.sozu.sessions.Slab;
import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.BackendPhase;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.RetryPolicy;
import io.sozu.sessions.limit.SourceTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What holds between two turns of a worker, whatever the peers and the kernel do. */
final class Invariants {
    private Invariants() {
    }

    static void check(final Worker worker) {
        final Traffic traffic = worker.traffic();
        check(traffic);
        checkClaims(traffic, worker.admission());
        checkWaiting(traffic, worker.clusters(), worker.clock().nowNanos());
    }

    private static void check(final Traffic traffic) {
        final Connection connection = traffic.newConnection();
        final Exchange exchange = traffic.newExchange();
        final Set<Integer> pages = new HashSet<>();
        final Set<Integer> fds = new HashSet<>();
        require(traffic.connections().isConsistent() && traffic.exchanges().isConsistent(), "slabs");
        for (int slot = 0; slot < traffic.connections().slots(); slot++) {
            if (traffic.connections().isLive(slot)) {
                connection.wrap(slot);
                require(fds.add(connection.fd()), "one descriptor, two connections: "
                        + connection.describe());
                if (connection.buffer().hasPage()) {
                    require(pages.add(connection.buffer().page()), "one page, two owners");
                    require(connection.buffer().heldBytes() > 0, "an empty page is held: "
                            + connection.describe());
                }
                checkConnection(traffic, connection, exchange);
            }
        }
        for (int slot = 0; slot < traffic.exchanges().slots(); slot++) {
            if (traffic.exchanges().isLive(slot)) {
                exchange.wrap(slot);
                require(traffic.connections().isLive(exchange.front()), "an exchange without a client");
                checkHalf(pages, exchange.request());
                checkHalf(pages, exchange.response());
                checkAwake(traffic, exchange, connection);
            }
        }
        require(pages.size() == traffic.pool().used(), "pages owned " + pages.size() + " used "
                + traffic.pool().used());
    }

    /** What is counted of sources is what their connections hold. */
    private static void checkClaims(final Traffic traffic, final Admission admission) {
        final Connection connection = traffic.newConnection();
        final Map<Integer, Integer> counts = new HashMap<>();
        int claims = 0;
        for (int slot = 0; admission.isOn() && slot < traffic.connections().slots(); slot++) {
            if (traffic.connections().isLive(slot) && connection.wrap(slot).isFront()) {
                for (final int claim : new int[] {connection.listenerClaim(), connection.clusterClaim()}) {
                    if (claim != SourceTable.NONE) {
                        counts.merge(claim, 1, Integer::sum);
                        claims++;
                    }
                }
            }
        }
        require(claims == admission.claims(), claims + " claims held, counted " + admission.claims());
        counts.forEach((claim, count) -> require(count == admission.sources().count(claim),
                "claim " + claim + " held " + count + " times, counted "
                        + admission.sources().count(claim)));
    }

    private static void checkConnection(final Traffic traffic, final Connection connection,
            final Exchange exchange) {
        final int served = connection.exchange();
        if (served != Slab.NONE) {
            require(traffic.exchanges().isLive(served), "a dead exchange: " + connection.describe());
            exchange.wrap(served);
            require(connection.slot() == (connection.isFront() ? exchange.front() : exchange.back()),
                    "a connection serves an exchange that does not know it: " + connection.describe());
        } else {
            require(connection.phase() != ConnectionPhase.EXCHANGE, "no exchange: " + connection.describe());
        }
        final long deadline = connection.deadlineNanos();
        require(deadline >= traffic.wheel().armedNanos(connection.slot()),
                "a deadline nobody looks at: " + connection.describe());
    }

    private static void checkHalf(final Set<Integer> pages, final Half half) {
        if (half.buffer().hasPage()) {
            require(pages.add(half.buffer().page()), "one page, two owners");
            require(half.buffer().from() <= half.buffer().ready()
                    && half.buffer().ready() <= half.buffer().filled(),
                    half.describe());
        }
    }

    /** No wake-up is lost: who could move is in the queue. */
    private static void checkAwake(final Traffic traffic, final Exchange exchange,
            final Connection connection) {
        if (exchange.response().buffer().readyBytes() > 0) {
            connection.wrap(exchange.front());
            require(!connection.isReady(Readiness.WRITE) || traffic.queue().contains(connection.slot()),
                    "a response sleeps: " + exchange.describe() + " " + connection.describe());
        }
        if (exchange.back() != Slab.NONE && exchange.request().buffer().readyBytes() > 0) {
            connection.wrap(exchange.back());
            require(connection.phase() == ConnectionPhase.CONNECTING
                            || connection.phase() == ConnectionPhase.HANDSHAKE
                            || !connection.isReady(Readiness.WRITE)
                            || traffic.queue().contains(connection.slot()),
                    "a request sleeps: " + exchange.describe() + " " + connection.describe());
        }
    }

    /** Every exchange that waits stands in its line once, and not while a backend has room for it. */
    private static void checkWaiting(final Traffic traffic, final Clusters clusters, final long nowNanos) {
        final Exchange exchange = traffic.newExchange();
        int standing = 0;
        for (final Cluster cluster : clusters.all()) {
            int length = 0;
            for (int slot = cluster.waiting().first(); slot != Slab.NONE; slot = exchange.nextWaiting()) {
                require(traffic.exchanges().isLive(slot), "a dead exchange waits for " + cluster);
                exchange.wrap(slot);
                require(exchange.isWaiting() && exchange.back() == Slab.NONE
                        && exchange.response().movedBytes() == 0
                        && exchange.cluster() == cluster.index(), "waits wrongly: " + exchange.describe());
                final Backend tied =
                        clusters.backend(exchange.tiedBackend(), exchange.tiedGeneration());
                if (tied == null || !waitsFor(tied, exchange, nowNanos)) {
                    checkNoRoom(cluster, exchange, nowNanos);
                }
                length++;
            }
            require(length == cluster.waiting().size(), "the line of " + cluster + " is " + length + " long");
            require(length == 0 || traffic.wheel().isArmed(WaitingRoom.timerSlot(traffic)),
                    "nobody looks at a line");
            standing += length;
        }
        for (int slot = 0; slot < traffic.exchanges().slots(); slot++) {
            standing -= traffic.exchanges().isLive(slot) && exchange.wrap(slot).isWaiting() ? 1 : 0;
        }
        require(standing == 0, "waiting exchanges in no line: " + -standing);
    }

    /** Tells whether an exchange can only wait for the backend its client is tied to, which has no room. */
    private static boolean waitsFor(final Backend tied, final Exchange exchange, final long nowNanos) {
        final boolean able = tied.phase() == BackendPhase.NORMAL && tied.isUsable(nowNanos)
                && !RetryPolicy.contains(exchange.triedBackends(), tied.index());
        require(!able || !tied.hasRoom(), "waits while " + tied + " has room, to which it is tied");
        return able;
    }

    private static void checkNoRoom(final Cluster cluster, final Exchange exchange, final long nowNanos) {
        for (int place = 0; place < cluster.backendCount(); place++) {
            final Backend backend = cluster.backend(place);
            require(RetryPolicy.contains(exchange.triedBackends(), backend.index()) || !backend.hasRoom()
                    || backend.backup() || !backend.isUsable(nowNanos) || backend.weight() == 0,
                    "waits while " + backend + " has room");
        }
    }

    private static void require(final boolean holds, final String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
