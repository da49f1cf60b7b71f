package io.sozu.worker;

import io.sozu.protocols.BackMachine;
import io.sozu.protocols.FrontMachine;
import io.sozu.protocols.transport.PlainTransport;

/**
 * The machines of a worker by protocol and side; a protocol is the index of its machine. They share a
 * transport.
 */
public record Machines(FrontMachine[] fronts, BackMachine[] backs, PlainTransport transport) {
    /** The index of HTTP/1.1. */
    public static final int HTTP1 = 0;

    FrontMachine front(final int protocol) {
        return fronts[protocol];
    }

    BackMachine back(final int protocol) {
        return backs[protocol];
    }
}
