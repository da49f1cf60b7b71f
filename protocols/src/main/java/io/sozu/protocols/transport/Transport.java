package io.sozu.protocols.transport;

import io.sozu.sessions.Connection;

/**
 * Bytes of a connection, plain or encrypted: one branch on a field of its slot. What the calls mean is told
 * in {@link PlainTransport}; a stream that breaks off without the peer's word that it is whole has no end
 * here but an error.
 */
public final class Transport implements AutoCloseable {
    private final PlainTransport plain;
    private final TlsTransport tls;

    /** The transports become this one's. */
    public Transport(final PlainTransport plain) {
        this.plain = plain;
        this.tls = new TlsTransport(plain);
    }

    /** Returns what knows of TLS. */
    public TlsTransport tls() {
        return tls;
    }

    /** Returns what moves bytes as they are, under TLS too. */
    public PlainTransport plain() {
        return plain;
    }

    /** Receives what is there. */
    public int receive(final Connection connection, final long address, final int roomBytes) {
        return connection.tls() == 0 ? plain.receive(connection, address, roomBytes)
                : tls.receive(connection, address, roomBytes);
    }

    /** Receives and keeps nothing, not even decrypted. */
    public int discard(final Connection connection) {
        return plain.discard(connection);
    }

    /**
     * Receives what a backend sends without having been asked, and keeps nothing: with TLS that is fine
     * ({@code -EAGAIN}) as long as it is TLS's own, such as tickets.
     */
    public int overhear(final Connection connection) {
        return receive(connection, plain.discarded(), PlainTransport.DISCARD_BYTES);
    }

    /** Returns whether the connection is open and has nothing to say. */
    public boolean isQuiet(final Connection connection) {
        return plain.isQuiet(connection) && (connection.tls() == 0 || !tls.hasPending(connection));
    }

    /** Sends what the socket takes. */
    public int send(final Connection connection, final long address, final int lengthBytes) {
        return connection.tls() == 0 ? plain.send(connection, address, lengthBytes)
                : tls.send(connection, address, lengthBytes);
    }

    /** Sends what the socket takes; {@link #endSending} follows when that is all. */
    public int sendLast(final Connection connection, final long address, final int lengthBytes) {
        return connection.tls() == 0 ? plain.sendAhead(connection, address, lengthBytes)
                : tls.sendLast(connection, address, lengthBytes);
    }

    /** Ends our sending. */
    public void endSending(final Connection connection) {
        if (connection.tls() != 0) {
            tls.endSending(connection);
        }
        plain.endSending(connection);
    }

    /**
     * Forgets what is kept for a connection that is about to be closed.
     *
     * @param whole whether the peer may be told that it has got everything
     */
    public void release(final Connection connection, final boolean whole) {
        if (connection.tls() != 0) {
            tls.release(connection, whole);
        }
    }

    /** Frees everything; no connection is left. */
    @Override
    public void close() {
        tls.close();
        plain.close();
    }
}
