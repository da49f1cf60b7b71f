package io.sozu.worker;

import io.sozu.bindings.linux.Errno;
import io.sozu.eventloop.Readiness;
import io.sozu.protocols.FrontMachine;
import io.sozu.protocols.http.ListenerProfiles;
import io.sozu.protocols.http.Status;
import io.sozu.protocols.transport.Transport;
import io.sozu.sessions.Connection;
import io.sozu.sessions.ConnectionPhase;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.Fault;
import io.sozu.sessions.HalfPhase;
import io.sozu.sessions.Slab;
import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.BackendPhase;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.RetryPolicy;

/**
 * Brings exchanges and backends together and apart: picks, takes from the pool or connects, tries again where
 * that is lawful, and answers where nothing more can be tried.
 */
final class Matchmaker {
    private final Traffic traffic;
    private final Clusters clusters;
    private final IdleBackends idle;
    private final BackendConnector connector;
    private final Closer closer;
    private final WaitingRoom room;
    private final Machines machines;
    private final WorkerMetrics metrics;
    private final long idleTimeoutNanos;
    private final Transport transport;
    private final ListenerProfiles profiles;
    private final BackendWatch watch;
    private final Connection front;
    private final Connection back;
    private final Exchange waiting;

    Matchmaker(final Traffic traffic, final Clusters clusters, final Closer closer, final Machines machines,
            final long idleTimeoutNanos, final BackendWatch watch) {
        this.traffic = traffic;
        this.clusters = clusters;
        this.idle = closer.idle();
        this.closer = closer;
        this.room = closer.waiting();
        this.machines = machines;
        this.metrics = closer.metrics();
        this.connector = new BackendConnector(traffic);
        this.idleTimeoutNanos = idleTimeoutNanos;
        this.transport = machines.transport();
        this.profiles = closer.profiles();
        this.watch = watch;
        this.front = traffic.newConnection();
        this.back = traffic.newConnection();
        this.waiting = traffic.newExchange();
    }

    /**
     * Finds an exchange a backend that takes it, lets it wait for one with room, or answers for the
     * lack of one.
     */
    void connect(final Exchange exchange, final long nowNanos) {
        final Cluster cluster = clusters.cluster(exchange.cluster(), exchange.clusterGeneration());
        if (cluster == null || !cluster.isConfigured()) {
            refuse(exchange, Fault.NO_BACKEND, nowNanos);
        } else if (cluster.waiting().isEmpty() || exchange.isSticky() && !WaitingRoom.hasPlace(cluster)) {
            attempt(exchange, cluster, choose(cluster, exchange, nowNanos), nowNanos);
        } else {
            await(exchange, cluster, nowNanos);
        }
    }

    /** Gives those who wait what has become free, in order of arrival; a last step of each turn. */
    void serveWaiting(final long nowNanos) {
        for (Cluster cluster = clusters.nextCalled(); cluster != null; cluster = clusters.nextCalled()) {
            serveWaiting(cluster, nowNanos);
            room.arm(cluster, nowNanos);
            clusters.settle(cluster);
        }
    }

    private void serveWaiting(final Cluster cluster, final long nowNanos) {
        boolean full = false;
        int next = cluster.waiting().first();
        while (next != Slab.NONE) {
            waiting.wrap(next);
            next = waiting.nextWaiting();
            if (cluster.isConfigured() && WaitingRoom.endNanos(waiting, cluster) - nowNanos <= 0) {
                room.leave(waiting);
                metrics.counters.increment(metrics.queueTimeouts);
                refuse(waiting, Fault.QUEUE_TIMEOUT, nowNanos);
            } else if (!full || !takesAny(waiting)) {
                final Backend backend = choose(cluster, waiting, nowNanos);
                if (backend != null || !cluster.isFull()) {
                    room.leave(waiting);
                    attempt(waiting, cluster, backend, nowNanos);
                } else if (takesAny(waiting)) {
                    if (!waiting.isSticky()) {
                        return;
                    }
                    full = true;
                }
            }
        }
    }

    /** Returns whether any backend would do: where it has to wait, all others of its kind have to. */
    private static boolean takesAny(final Exchange exchange) {
        return exchange.triedBackends() == RetryPolicy.NONE_TRIED && exchange.tiedBackend() == Slab.NONE;
    }

    private Backend choose(final Cluster cluster, final Exchange exchange, final long nowNanos) {
        return exchange.isSticky() && exchange.tiedBackend() != Slab.NONE
                ? cluster.pickTied(clusters.backend(exchange.tiedBackend(), exchange.tiedGeneration()),
                        nowNanos, exchange.triedBackends(), exchange.key())
                : cluster.pick(nowNanos, exchange.triedBackends(), exchange.key());
    }

    /** Tries one backend after the other, beginning with one that was picked. */
    private void attempt(final Exchange exchange, final Cluster cluster, final Backend picked,
            final long nowNanos) {
        Fault fault = exchange.fault() == Fault.NONE ? Fault.NO_BACKEND : exchange.fault();
        Backend backend = picked;
        while (backend != null) {
            if (!exchange.isFreshOnly() && takeIdle(exchange, backend, nowNanos)) {
                return;
            }
            final int result = open(backend);
            if (result == 0) {
                metrics.counters.increment(metrics.poolMisses);
                back.deadlineNanos(nowNanos + exchange.terms().connectTimeoutNanos());
                bind(exchange, backend, nowNanos);
                return;
            }
            if (isOurs(result)) {
                refuse(exchange, Fault.NO_SLOT, nowNanos);
                return;
            }
            fault = Fault.CONNECT_REFUSED;
            connectFailed(exchange, backend, nowNanos);
            if (!takeRetry(cluster, exchange)) {
                refuse(exchange, fault, nowNanos);
                return;
            }
            backend = choose(cluster, exchange, nowNanos);
        }
        if (cluster.isFull()) {
            await(exchange, cluster, nowNanos);
        } else {
            refuse(exchange, fault, nowNanos);
        }
    }

    private void await(final Exchange exchange, final Cluster cluster, final long nowNanos) {
        if (room.enter(exchange, cluster, nowNanos)) {
            metrics.counters.increment(metrics.queued);
        } else {
            metrics.counters.increment(metrics.queueFull);
            refuse(exchange, Fault.QUEUE_FULL, nowNanos);
        }
    }

    private void refuse(final Exchange exchange, final Fault fault, final long nowNanos) {
        exchange.fault(fault);
        answer(exchange, fault.status(), nowNanos);
    }

    /**
     * Opens a connection; one that is idle and cannot be used gives way where the backend may have no more.
     */
    private int open(final Backend backend) {
        if (backend.isConnectionLimitReached() && idle.first(backend) != Slab.NONE) {
            closer.closeBack(idle.first(backend));
        }
        closer.provideBackSlot();
        return connector.open(back, backend, machines.protocolOf(backend));
    }

    /** No slot, descriptor or port left: no backend is to blame, and another would not help. */
    private static boolean isOurs(final int result) {
        return result == -Errno.ENOBUFS || result == -Errno.EMFILE || result == -Errno.ENFILE
                || result == -Errno.ENOMEM || result == -Errno.EADDRNOTAVAIL;
    }

    private void connectFailed(final Exchange exchange, final Backend backend, final long nowNanos) {
        watch.connectFailed(backend, nowNanos);
        exchange.triedBackends(RetryPolicy.tried(exchange.triedBackends(), backend.index()));
    }

    /** Takes the idle connection used last, unless its end is known already. */
    private boolean takeIdle(final Exchange exchange, final Backend backend, final long nowNanos) {
        for (int slot = idle.first(backend); slot != Slab.NONE; slot = idle.first(backend)) {
            back.wrap(slot);
            if (isAlive(back, exchange)) {
                idle.remove(backend, slot);
                metrics.counters.increment(metrics.poolHits);
                back.enter(ConnectionPhase.EXCHANGE);
                bind(exchange, backend, nowNanos);
                return true;
            }
            closer.closeBack(slot);
        }
        return false;
    }

    /**
     * A request that must not be sent twice is worth a look at the socket: the end may have come this moment.
     */
    private boolean isAlive(final Connection candidate, final Exchange exchange) {
        if (candidate.isReady(Readiness.READ | Readiness.HANGUP | Readiness.ERROR)) {
            return candidate.tls() != 0 && transport.overhear(candidate) == -Errno.EAGAIN;
        }
        return exchange.isIdempotent() || transport.isQuiet(candidate);
    }

    private void bind(final Exchange exchange, final Backend backend, final long nowNanos) {
        backend.exchangeStarted();
        back.lastActivityNanos(nowNanos);
        if (exchange.isSticky() && (exchange.tiedBackend() != backend.index()
                || exchange.tiedGeneration() != backend.generation())) {
            exchange.tiedBackend(backend.index(), backend.generation());
            exchange.markNewlyTied();
        }
        back.exchange(exchange.slot());
        exchange.back(back.slot());
        traffic.armDeadline(back);
        traffic.queue().add(back.slot());
    }

    boolean isConnecting(final Connection connection) {
        return connection.phase() == ConnectionPhase.CONNECTING
                || connection.phase() == ConnectionPhase.HANDSHAKE;
    }

    /** A backend has accepted a connection, and with TLS has shown who it is. */
    void connected(final Connection connection) {
        watch.connected(closer.backend(connection));
    }

    /** The response is read: the connection goes to the pool, or ends. */
    void release(final Connection connection, final Exchange exchange, final long nowNanos) {
        final Backend backend = closer.backend(connection);
        if (backend.cluster().timesResponses()) {
            backend.responded(exchange.waitedNanos(), nowNanos);
        }
        if (!exchange.request().isDone()) {
            connection.markClosing();
            exchange.request().discardReady();
        }
        exchange.back(Slab.NONE);
        connection.exchange(Slab.NONE);
        if (connection.isClosing() || backend.phase() != BackendPhase.NORMAL || !idle.hasRoom(backend)) {
            closer.closeBack(connection.slot());
        } else {
            connection.enter(ConnectionPhase.IDLE);
            connection.markReused();
            connection.deadlineNanos(nowNanos + idleTimeoutNanos);
            traffic.armDeadline(connection);
            idle.put(backend, connection.slot());
        }
        watch.answered(backend, exchange.status(), nowNanos);
        backend.exchangeEnded();
    }

    /** A backend has failed an exchange: another is tried where that is lawful, else the client is told. */
    void failed(final Connection connection, final Exchange exchange, final long nowNanos) {
        final Fault fault = exchange.fault();
        final boolean reused = connection.isReused();
        final Backend backend = closer.backend(connection);
        reportTls(connection, backend, fault, nowNanos);
        if (fault.isFailureOfBackend() && !(reused && fault == Fault.BACKEND_CLOSED)) {
            watch.failed(backend, nowNanos);
        }
        if (fault.retry() == Fault.Retry.ALWAYS) {
            connectFailed(exchange, backend, nowNanos);
        }
        if (backend.cluster().timesResponses() && !exchange.isReplying()) {
            backend.responded(nowNanos - connection.lastActivityNanos(), nowNanos);
        }
        closer.dismissBack(exchange);
        if (mayRetry(exchange, fault, reused, backend.cluster())) {
            exchange.request().replay();
            connect(exchange, nowNanos);
        } else {
            answer(exchange, fault.status(), nowNanos);
        }
    }

    /** Tells why TLS with a backend has failed, as long as OpenSSL knows. */
    private void reportTls(final Connection connection, final Backend backend, final Fault fault,
            final long nowNanos) {
        final boolean failed = fault == Fault.CERTIFICATE_REFUSED || fault == Fault.HANDSHAKE_FAILED
                || fault == Fault.HANDSHAKE_TIMEOUT
                || fault == Fault.BACKEND_CLOSED && connection.tls() != 0 && transport.tls().error() != 0;
        if (failed && watch.tellsOfTls(backend, nowNanos)) {
            watch.tlsFailed(backend, fault, fault == Fault.CERTIFICATE_REFUSED
                    ? machines.secured().refusal(connection) : machines.secured().failure());
        }
    }

    private boolean mayRetry(final Exchange exchange, final Fault fault, final boolean reused,
            final Cluster cluster) {
        if (!exchange.request().isReplayable()) {
            return false;
        }
        return switch (fault.retry()) {
            case NEVER -> false;
            case ALWAYS -> takeRetry(cluster, exchange);
            case IDEMPOTENT_ON_REUSED -> {
                final boolean lawful = reused && exchange.isIdempotent() && !exchange.isFreshOnly();
                exchange.markFreshOnly();
                yield lawful && takeRetry(cluster, exchange);
            }
        };
    }

    private boolean takeRetry(final Cluster cluster, final Exchange exchange) {
        final boolean taken = cluster.takeRetry(exchange.triedBackends());
        metrics.counters.increment(taken ? metrics.retries : metrics.retriesRefused);
        return taken;
    }

    /** Answers in place of a backend; what has begun to leave is cut instead. */
    void answer(final Exchange exchange, final int status, final long nowNanos) {
        final FrontMachine machine = machines.front(front.wrap(exchange.front()).protocol());
        answered(exchange, machine.answer(front, exchange, status, nowNanos));
    }

    /** Sends a client that came without TLS to a port of TLS. */
    void redirect(final Exchange exchange, final int port, final long nowNanos) {
        final FrontMachine machine = machines.front(front.wrap(exchange.front()).protocol());
        answered(exchange, machine.redirect(front, exchange, port, nowNanos));
    }

    private void answered(final Exchange exchange, final boolean written) {
        if (written) {
            metrics.counters.increment(exchange.status() == Status.MOVED_PERMANENTLY.code()
                    ? metrics.redirections : metrics.generated);
        } else {
            final HalfPhase phase = exchange.response().phase();
            if (phase == HalfPhase.HEAD || phase == HalfPhase.BODY) {
                exchange.response().enter(HalfPhase.CUT);
            }
        }
        traffic.queue().add(exchange.front());
    }
}
