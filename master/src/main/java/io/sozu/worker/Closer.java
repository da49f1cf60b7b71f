package io.sozu.worker;

import io.sozu.protocols.http.ClientCertificate;
import io.sozu.protocols.http.HostBindings;
import io.sozu.protocols.http.ListenerProfiles;
import io.sozu.protocols.tls.TlsListeners;
import io.sozu.protocols.transport.Transport;
import io.sozu.sessions.BodyForm;
import io.sozu.sessions.Connection;
import io.sozu.sessions.ConnectionPhase;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.HalfPhase;
import io.sozu.sessions.Slab;
import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.Clusters;

/**
 * Ends exchanges and connections: the only place that closes their descriptors, frees their slots and pages.
 */
final class Closer {
    private final Traffic traffic;
    private final Clusters clusters;
    private final IdleBackends idle;
    private final WaitingRoom waiting;
    private final ListenerTable listeners;
    private final Transport transport;
    private final Eviction eviction;
    private final Admission admission;
    private final WorkerMetrics metrics;
    private final HostBindings bindings = new HostBindings();
    private final int maxBackConnections;
    private final Connection connection;
    private final Exchange exchange;

    Closer(final Traffic traffic, final Clusters clusters, final IdleBackends idle,
            final WaitingRoom waiting, final Admission admission, final Transport transport) {
        this.traffic = traffic;
        this.clusters = clusters;
        this.idle = idle;
        this.waiting = waiting;
        this.listeners = admission.listeners();
        this.transport = transport;
        this.admission = admission;
        this.metrics = admission.metrics();
        this.eviction = new Eviction(traffic, metrics);
        this.maxBackConnections = traffic.exchanges().slots();
        this.connection = traffic.newConnection();
        this.exchange = traffic.newExchange();
    }

    WorkerMetrics metrics() {
        return metrics;
    }

    Eviction eviction() {
        return eviction;
    }

    Admission admission() {
        return admission;
    }

    IdleBackends idle() {
        return idle;
    }

    WaitingRoom waiting() {
        return waiting;
    }

    /** Returns which hosts connections may ask for. */
    TlsListeners tls() {
        return listeners.tls();
    }

    HostBindings bindings() {
        return bindings;
    }

    ListenerProfiles profiles() {
        return listeners.profiles();
    }

    /**
     * Sees to it that there is a slot for one more back connection, by closing the one that has been idle
     * longest: exchanges need no more back connections than there are front connections, so the rest of them
     * is idle.
     */
    void provideBackSlot() {
        final int backs = traffic.connections().live() - listeners.connections();
        if (backs >= maxBackConnections && idle.oldest() != Slab.NONE) {
            closeBack(idle.oldest());
        }
    }

    /** Publishes what is open now; a last step of each turn. */
    void publish() {
        metrics.counters.set(metrics.connections, listeners.connections());
        metrics.counters.set(metrics.backConnections, traffic.connections().live() - listeners.connections());
        metrics.counters.set(metrics.waiting, waiting.waiting());
        metrics.counters.set(metrics.active, traffic.exchanges().live());
        metrics.counters.set(metrics.slots, traffic.connections().live() + traffic.exchanges().live());
        metrics.counters.set(metrics.failOpen, clusters.failOpenPicks());
        metrics.counters.set(metrics.pages, traffic.pool().used());
        metrics.counters.set(metrics.claims, admission.claims());
        metrics.counters.set(metrics.untracked, admission.untracked());
    }

    /** Ends an exchange: a back connection that still serves it is closed, pages and slot go back. */
    void finish(final Exchange ended) {
        dismissBack(ended);
        ended.request().buffer().release();
        ended.response().buffer().release();
        traffic.exchanges().release(ended.slot());
    }

    /**
     * Closes the back connection that serves an exchange, if one does; an exchange that waits for
     * one waits no more.
     */
    void dismissBack(final Exchange served) {
        final int back = served.back();
        if (back != Slab.NONE) {
            served.back(Slab.NONE);
            connection.wrap(back).exchange(Slab.NONE);
            backend(connection).exchangeEnded();
            closeBack(back);
        } else if (served.isWaiting()) {
            waiting.leave(served);
        }
    }

    /** Closes a connection with everything it serves. */
    void close(final int slot) {
        if (connection.wrap(slot).isFront()) {
            closeFront(slot);
        } else {
            closeBackWithExchanges(slot);
        }
    }

    private void closeFront(final int slot) {
        boolean cut = false;
        int next = connection.exchange();
        final int listener = connection.listener();
        while (next != Slab.NONE) {
            exchange.wrap(next);
            next = exchange.nextOnFront();
            cut |= exchange.isAnswered() && !exchange.response().isDone()
                    && exchange.response().form() == BodyForm.UNTIL_END;
            finish(exchange);
        }
        connection.wrap(slot);
        if (cut) {
            traffic.kernel().resetOnClose(connection.fd());
        }
        transport.release(connection, !cut);
        eviction.becameActive(connection);
        admission.left(connection);
        free(slot);
        listeners.connectionClosed(listener);
    }

    /** Exchanges that lose their backend without a fault of their own making are cut. */
    private void closeBackWithExchanges(final int slot) {
        int next = connection.exchange();
        while (next != Slab.NONE) {
            exchange.wrap(next);
            next = exchange.nextOnBack();
            exchange.back(Slab.NONE);
            if (exchange.response().phase() == HalfPhase.HEAD
                    || exchange.response().phase() == HalfPhase.BODY) {
                exchange.response().enter(HalfPhase.CUT);
            }
            backend(connection.wrap(slot)).exchangeEnded();
        }
        closeBack(slot);
    }

    /** Closes a back connection that serves nothing. */
    void closeBack(final int slot) {
        final Backend backend = backend(connection.wrap(slot));
        if (connection.phase() == ConnectionPhase.IDLE) {
            idle.remove(backend, slot);
        }
        free(slot);
        backend.connectionClosed();
    }

    /** Closes the idle connections to a backend: it was removed. */
    void closeIdle(final Backend backend) {
        for (int slot = idle.first(backend); slot != Slab.NONE; slot = idle.first(backend)) {
            closeBack(slot);
        }
    }

    /**
     * Sees to it that no exchange to come gets a connection that a backend has now: it is spoken to in
     * another way. Control path.
     */
    void retire(final Backend backend) {
        closeIdle(backend);
        final int slots = backend.openConnections() > 0 ? traffic.connections().slots() : 0;
        for (int slot = 0; slot < slots; slot++) {
            if (traffic.connections().isLive(slot) && !connection.wrap(slot).isFront()
                    && connection.backend() == backend.index()
                    && connection.backendGeneration() == backend.generation()) {
                connection.markClosing();
            }
        }
    }

    Backend backend(final Connection back) {
        return clusters.backend(back.backend(), back.backendGeneration());
    }

    private void free(final int slot) {
        connection.wrap(slot);
        traffic.wheel().disarm(slot);
        traffic.pool().forget(slot);
        if (connection.certificate() != 0) {
            ClientCertificate.free(connection.certificate());
        }
        if (connection.binding() != HostBindings.NONE) {
            bindings.release(connection.binding());
        }
        connection.buffer().release();
        transport.release(connection, true);
        traffic.kernel().close(connection.fd());
        traffic.connections().release(slot);
    }
}
