package io.sozu.worker;

import io.sozu.protocols.BackMachine;
import io.sozu.protocols.FrontMachine;
import io.sozu.protocols.transport.Transport;

/**
 * The machines of a worker by protocol and side; a protocol is the index of its machine. They share a
 * transport.
 */
public record Machines(FrontMachine[] fronts, BackMachine[] backs, Transport transport) {
    /** The index of HTTP/1.1. */
    public static final int HTTP1 = 0;
    /** The index of the handshake of TLS, on the side of clients. */
    public static final int TLS = 1;

    FrontMachine front(final int protocol) {
        return fronts[protocol];
    }

    BackMachine back(final int protocol) {
        return backs[protocol];
    }
}
