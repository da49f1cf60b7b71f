package io.sozu.worker;

import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** A client of a simulated proxy that speaks TLS. */
final class SimTlsClient {
    private final SimTlsPeer peer;
    private final SSLEngine engine;

    /** @param pieceBytes how many bytes are sent at a time, 0 for all at once */
    SimTlsClient(final SimProxy proxy, final SSLContext context, final int pieceBytes) {
        engine = context.createSSLEngine("a.test", 443);
        engine.setUseClientMode(true);
        peer = new SimTlsPeer(proxy.world, proxy.connect(), engine, pieceBytes);
    }

    /** Sends a request, after the handshake. */
    void send(final String text) {
        peer.send(text);
    }

    /** Returns what has been received in clear. */
    String received() {
        if (peer.failure() != null) {
            throw new AssertionError(peer.failure());
        }
        return peer.received();
    }

    /** Returns what it is made of. */
    SimTlsPeer peer() {
        return peer;
    }

    /** Returns its TLS. */
    SSLEngine engine() {
        return engine;
    }

    /** Leaves without a word. */
    void close() {
        peer.close();
    }

    /** Never resumes what was said. */
    void forget() {
        engine.getSession().invalidate();
    }

    static SSLContext context() {
        try {
            final SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, TlsServingTest.TRUST, null);
            return context;
        } catch (final GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
