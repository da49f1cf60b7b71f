package io.sozu.protocols.tls;

import io.sozu.bindings.linux.Errno;
import io.sozu.eventloop.metrics.Counters;
import io.sozu.protocols.BackMachine;
import io.sozu.protocols.Verdict;
import io.sozu.protocols.transport.TlsTransport;
import io.sozu.protocols.transport.Transport;
import io.sozu.sessions.Connection;
import io.sozu.sessions.ConnectionPhase;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.Fault;

/**
 * The handshake with a backend, which then is spoken to by HTTP/1.1. Connecting and handshake have one
 * deadline, and nothing of the exchange leaves before the backend is known to be the right one.
 */
public final class TlsBack implements BackMachine {
    private final Transport transport;
    private final TlsBackends backends;
    private final int upgradeTo;
    private final Counters counters;
    private final int handshakes;
    private final int resumptions;
    private final int failures;

    /** @param upgradeTo the index of the machine of HTTP/1.1 */
    public TlsBack(final Transport transport, final TlsBackends backends, final int upgradeTo,
            final Counters counters) {
        this.transport = transport;
        this.backends = backends;
        this.upgradeTo = upgradeTo;
        this.counters = counters;
        this.handshakes = counters.count("backend.tls.handshakes");
        this.resumptions = counters.count("backend.tls.handshakes.resumed");
        this.failures = counters.count("backend.tls.handshakes.failed");
    }

    @Override
    public Verdict onReady(final Connection back, final Exchange exchange, final long nowNanos) {
        if (back.phase() == ConnectionPhase.CONNECTING) {
            final int result = transport.plain().connected(back);
            if (result == -Errno.EAGAIN) {
                return Verdict.WAIT;
            }
            if (result < 0) {
                return fail(back, exchange, Fault.ofConnect(-result));
            }
            if (!backends.isSecure(back.backend())) {
                return upgrade(back);
            }
            back.enter(ConnectionPhase.HANDSHAKE);
            if (!backends.start(back)) {
                return fail(back, exchange, Fault.HANDSHAKE_FAILED);
            }
        }
        return handshake(back, exchange);
    }

    private Verdict handshake(final Connection back, final Exchange exchange) {
        final int result = transport.tls().handshake(back);
        if (result == -Errno.EAGAIN) {
            return Verdict.WAIT;
        }
        if (result != TlsTransport.DONE) {
            counters.increment(failures);
            return fail(back, exchange, result == -Errno.EPROTO && backends.isRefused(back)
                    ? Fault.CERTIFICATE_REFUSED : Fault.HANDSHAKE_FAILED);
        }
        counters.increment(handshakes);
        if (backends.isResumed(back)) {
            counters.increment(resumptions);
        }
        return upgrade(back);
    }

    private Verdict upgrade(final Connection back) {
        back.protocol(upgradeTo);
        back.enter(ConnectionPhase.EXCHANGE);
        return Verdict.UPGRADE;
    }

    @Override
    public Verdict onDeadline(final Connection back, final Exchange exchange, final long nowNanos) {
        if (back.phase() == ConnectionPhase.CONNECTING) {
            return fail(back, exchange, Fault.CONNECT_TIMEOUT);
        }
        counters.increment(failures);
        return fail(back, exchange, Fault.HANDSHAKE_TIMEOUT);
    }

    private static Verdict fail(final Connection back, final Exchange exchange, final Fault fault) {
        exchange.wrap(back.exchange()).fault(fault);
        return Verdict.FAIL;
    }
}
