package io.sozu.worker;

import io.sozu.protocols.BackMachine;
import io.sozu.protocols.FrontMachine;
import io.sozu.protocols.tls.TlsBackends;
import io.sozu.protocols.transport.Transport;
import io.sozu.sessions.cluster.Backend;

/**
 * The machines of a worker by protocol and side; a protocol is the index of its machine. They share a
 * transport.
 *
 * @param secured which backends are spoken to by TLS
 */
public record Machines(FrontMachine[] fronts, BackMachine[] backs, Transport transport, TlsBackends secured) {
    /** The index of HTTP/1.1. */
    public static final int HTTP1 = 0;
    /** The index of the handshake of TLS. */
    public static final int TLS = 1;

    FrontMachine front(final int protocol) {
        return fronts[protocol];
    }

    /** Returns what a new connection to a backend speaks first. */
    int protocolOf(final Backend backend) {
        return secured.isSecure(backend.index()) ? TLS : HTTP1;
    }

    BackMachine back(final int protocol) {
        return backs[protocol];
    }
}
