package io.sozu.worker;

import io.sozu.eventloop.EventHandler;
import io.sozu.eventloop.Readiness;
import io.sozu.eventloop.RunHandler;
import io.sozu.eventloop.Token;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.eventloop.time.TimerHandler;
import io.sozu.protocols.BackMachine;
import io.sozu.protocols.FrontMachine;
import io.sozu.protocols.Verdict;
import io.sozu.protocols.http.HostBindings;
import io.sozu.sessions.Connection;
import io.sozu.sessions.ConnectionPhase;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.Fault;
import io.sozu.sessions.Slab;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.cluster.ClusterSettings;
import io.sozu.sessions.routing.Route;
import io.sozu.sessions.routing.RouteKey;
import io.sozu.sessions.routing.Router;

/**
 * From an event to a machine to what its verdict asks: the only place that acts on verdicts. A connection is
 * served for a bounded number of steps, then it stands behind all others that can move. What a machine throws
 * ends its session alone.
 */
public final class SessionDriver implements EventHandler, RunHandler, TimerHandler {
    private static final int STEPS_PER_RUN = 16;

    private final Traffic traffic;
    private final Router router;
    private final Matchmaker matchmaker;
    private final Closer closer;
    private final Admission admission;
    private final Machines machines;
    private final TlsIdentities identities;
    private final WorkerMetrics metrics;
    private final Log log;
    private final LateRegistration registration;
    private final Connection connection;
    private final Exchange exchange;

    SessionDriver(final Traffic traffic, final Router router, final Matchmaker matchmaker,
            final Closer closer,
            final Machines machines, final Log log) {
        this.traffic = traffic;
        this.router = router;
        this.matchmaker = matchmaker;
        this.closer = closer;
        this.admission = closer.admission();
        this.machines = machines;
        this.identities = new TlsIdentities(closer.tls(), closer.bindings());
        this.metrics = closer.metrics();
        this.log = log;
        this.registration = new LateRegistration(traffic);
        this.connection = traffic.newConnection();
        this.exchange = traffic.newExchange();
    }

    @Override
    public void onEvent(final long token, final int events, final long nowNanos) {
        final int slot = Token.slot(token);
        if (traffic.connections().isLive(slot)
                && traffic.connections().generation(slot) == Token.generation(token)) {
            connection.wrap(slot).addReady(Readiness.fromEpoll(events));
            traffic.queue().add(slot);
        }
    }

    @Override
    public void onRun(final int slot, final long nowNanos) {
        if (!traffic.connections().isLive(slot)) {
            return;
        }
        try {
            if (connection.wrap(slot).isFront()) {
                runFront(slot, nowNanos);
            } else {
                runBack(slot, nowNanos);
            }
        } catch (final RuntimeException | AssertionError e) {
            broken(slot, e);
        }
    }

    @Override
    public void onTimer(final int slot, final long nowNanos) {
        if (!traffic.connections().isLive(slot)) {
            return;
        }
        connection.wrap(slot);
        if (connection.deadlineNanos() > nowNanos) {
            traffic.armDeadline(connection);
            return;
        }
        try {
            connection.deadlineNanos(Long.MAX_VALUE);
            if (connection.isFront()) {
                final FrontMachine machine = machines.front(connection.protocol());
                obeyFront(slot, machine, machine.onDeadline(connection, exchange, nowNanos), nowNanos);
            } else {
                final BackMachine machine = machines.back(connection.protocol());
                obeyBack(slot, machine.onDeadline(connection, exchange, nowNanos), nowNanos);
            }
            traffic.queue().add(slot);
        } catch (final RuntimeException | AssertionError e) {
            broken(slot, e);
        }
    }

    /** Puts connections into the epoll that have been out of it for long enough. */
    void onRegistrationTimer(final long nowNanos) {
        registration.onTimer(nowNanos, closer);
    }

    private void runFront(final int slot, final long nowNanos) {
        final FrontMachine machine = machines.front(connection.protocol());
        closer.eviction().becameActive(connection);
        for (int step = 0; step < STEPS_PER_RUN; step++) {
            final Verdict verdict = machine.onReady(connection.wrap(slot), exchange, nowNanos);
            if (verdict == Verdict.WAIT) {
                traffic.armDeadline(connection);
                if (closer.eviction().isEnabled() && machine.isIdle(connection)) {
                    closer.eviction().becameIdle(connection);
                }
                if (!connection.isRegistered() && !registration.settle(connection, nowNanos)) {
                    closer.close(slot);
                }
                return;
            }
            if (!obeyFront(slot, machine, verdict, nowNanos)) {
                return;
            }
        }
        traffic.armDeadline(connection.wrap(slot));
        traffic.queue().add(slot);
    }

    private void runBack(final int slot, final long nowNanos) {
        final BackMachine machine = machines.back(connection.protocol());
        for (int step = 0; step < STEPS_PER_RUN; step++) {
            final boolean connecting = matchmaker.isConnecting(connection.wrap(slot));
            final Verdict verdict = machine.onReady(connection, exchange, nowNanos);
            if (connecting && verdict != Verdict.FAIL && !matchmaker.isConnecting(connection)) {
                matchmaker.connected(connection);
            }
            if (verdict == Verdict.WAIT) {
                traffic.armDeadline(connection);
                return;
            }
            if (!obeyBack(slot, verdict, nowNanos)) {
                return;
            }
        }
        traffic.armDeadline(connection.wrap(slot));
        traffic.queue().add(slot);
    }

    /** Does what a front machine asked; returns whether the machine is to be called again. */
    private boolean obeyFront(final int slot, final FrontMachine machine, final Verdict verdict,
            final long nowNanos) {
        switch (verdict) {
            case UPGRADE -> {
                upgraded(slot, nowNanos);
                return false;
            }
            case ROUTE -> route(machine, nowNanos);
            case FINISH -> closer.finish(exchange);
            case FINISH_AND_CLOSE -> {
                closer.finish(exchange);
                connection.wrap(slot).exchange(Slab.NONE);
                closer.close(slot);
            }
            case FAIL -> {
                closer.dismissBack(exchange);
                if (!machine.answer(connection.wrap(slot), exchange, exchange.fault().status(), nowNanos)) {
                    closer.close(slot);
                }
            }
            case CLOSE -> closer.close(slot);
            default -> {
            }
        }
        return traffic.connections().isLive(slot);
    }

    /** Another machine goes on; one that reads requests has as long for the first as without a handshake. */
    private void upgraded(final int slot, final long nowNanos) {
        if (connection.phase() == ConnectionPhase.IDLE) {
            identities.note(connection);
            connection.deadlineNanos(nowNanos
                    + closer.profiles().get(connection.listener()).requestTimeoutNanos());
        }
        traffic.armDeadline(connection);
        traffic.queue().add(slot);
    }

    /** Does what a back machine asked; returns whether the machine is to be called again. */
    private boolean obeyBack(final int slot, final Verdict verdict, final long nowNanos) {
        switch (verdict) {
            case UPGRADE -> {
                traffic.armDeadline(connection);
                traffic.queue().add(slot);
                return false;
            }
            case RELEASE -> {
                matchmaker.release(connection.wrap(slot), exchange, nowNanos);
                return false;
            }
            case FAIL -> {
                matchmaker.failed(connection.wrap(slot), exchange, nowNanos);
                return false;
            }
            case CLOSE -> {
                closer.close(slot);
                return false;
            }
            default -> {
                return verdict == Verdict.AGAIN;
            }
        }
    }

    /** Finds a request its cluster, or the answer that there is none. */
    private void route(final FrontMachine machine, final long nowNanos) {
        metrics.counters.increment(metrics.requests);
        final boolean admitted = (!admission.isOn() || admission.admits(connection, exchange, nowNanos))
                && (connection.binding() == HostBindings.NONE || isForItsHost(machine.routeKey()));
        final Route route = admitted ? router.lookup(machine.routeKey()) : null;
        if (route != null && route.isDeny()) {
            exchange.terms().amend(route.terms());
        } else if (route != null) {
            exchange.terms().amend(route.cluster().terms());
            exchange.terms().amend(route.terms());
            final int securePort = securePort(route.cluster());
            if (securePort != 0) {
                matchmaker.redirect(exchange, securePort, nowNanos);
                return;
            }
            if (route.cluster().wantsAffinity()) {
                machine.readAffinity(connection, exchange, route.cluster());
            }
        }
        machine.onRouted(connection, exchange, nowNanos);
        if (exchange.fault() != Fault.NONE) {
            matchmaker.answer(exchange, exchange.fault().status(), nowNanos);
        } else if (route == null) {
            matchmaker.answer(exchange, closer.profiles().get(exchange.listener()).noRouteStatus(),
                    nowNanos);
        } else if (route.isDeny()) {
            matchmaker.answer(exchange, 401, nowNanos);
        } else {
            enter(route.cluster(), nowNanos);
        }
    }

    /** Returns whether a request is for a host of the certificate that its connection was served. */
    private boolean isForItsHost(final RouteKey key) {
        if (!closer.profiles().get(exchange.listener()).bound()
                || closer.bindings().covers(connection.binding(), key.hostAddress(), key.hostBytes())) {
            return true;
        }
        exchange.fault(Fault.MISDIRECTED);
        return false;
    }

    /** Returns where a request for a cluster is sent to come again with TLS; 0 where it is served. */
    private int securePort(final Cluster cluster) {
        final ClusterSettings settings = cluster.settings();
        return settings == null || settings.securePort() == 0
                || closer.profiles().get(exchange.listener()).secure() ? 0 : settings.securePort();
    }

    /** Hands a request to its cluster, as far as its client may have it. */
    private void enter(final Cluster cluster, final long nowNanos) {
        if (admission.isOn() && !admission.admits(connection, exchange, cluster, nowNanos)) {
            matchmaker.answer(exchange, exchange.fault().status(), nowNanos);
        } else {
            exchange.cluster(cluster.index(), cluster.generation());
            cluster.exchangeCame();
            matchmaker.connect(exchange, nowNanos);
        }
    }

    private void broken(final int slot, final Throwable thrown) {
        metrics.counters.increment(metrics.broken);
        log.begin(LogLevel.ERROR).text("the session of connection slot ").decimal(slot).text(" is given up")
                .end();
        log.error("what a machine threw", thrown);
        if (traffic.connections().isLive(slot)) {
            closer.close(slot);
        }
    }
}
