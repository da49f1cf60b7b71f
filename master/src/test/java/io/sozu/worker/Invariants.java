package io.sozu.worker;

import io.sozu.eventloop.Readiness;
import io.sozu.sessions.Connection;
import io.sozu.sessions.ConnectionPhase;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.Half;
import io.sozu.sessions.Slab;
import java.util.HashSet;
import java.util.Set;

/** What holds between two turns of a worker, whatever the peers and the kernel do. */
final class Invariants {
    private Invariants() {
    }

    static void check(final Traffic traffic) {
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
            require(connection.phase() == ConnectionPhase.CONNECTING || !connection.isReady(Readiness.WRITE)
                            || traffic.queue().contains(connection.slot()),
                    "a request sleeps: " + exchange.describe() + " " + connection.describe());
        }
    }

    private static void require(final boolean holds, final String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
