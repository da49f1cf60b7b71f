package io.sozu.protocols.tls;

import io.sozu.sessions.Connection;

/** Who lets clients' handshakes begin, and hears what became of them. */
public interface HandshakeWatch {
    /**
     * Lets the handshake of a connection begin, or go on; a connection that may not yet is put on its run
     * queue when it may.
     */
    boolean admits(Connection front, long nowNanos);

    /** A handshake is complete. */
    void done(Connection front, boolean resumed, boolean tls13, boolean standardCertificate);

    /** A handshake came to nothing. */
    void failed(Connection front, HandshakeFault fault, long nowNanos);
}
