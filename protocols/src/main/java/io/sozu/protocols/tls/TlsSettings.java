package io.sozu.protocols.tls;

/**
 * How a listener speaks TLS; an empty text stands for that of Mozilla's intermediate profile.
 *
 * @param tls12 whether TLS 1.2 is spoken
 * @param tls13 whether TLS 1.3 is spoken
 * @param cipherList ciphers of TLS 1.2, colons between them
 * @param cipherSuites suites of TLS 1.3
 * @param groups groups of the key exchange
 * @param signatureAlgorithms what signs
 * @param tickets how many tickets a client of TLS 1.3 gets; with 0 no version resumes
 * @param refuseNoSni whether a client that names no host is refused
 * @param refuseUnknownSni whether a client that names a host of no certificate is refused
 * @param handshakeNanos how long a handshake may take
 * @param clients what is asked of clients
 * @param keyLogFile where the secrets of all connections are written to, null for nowhere
 * @param ktls whether the kernel encrypts what is sent, where it and OpenSSL can
 */
public record TlsSettings(boolean tls12, boolean tls13, String cipherList, String cipherSuites, String groups,
        String signatureAlgorithms, int tickets, boolean refuseNoSni,
        boolean refuseUnknownSni, long handshakeNanos, ClientCheck clients, String keyLogFile,
        boolean ktls) {
    private static final long DEFAULT_HANDSHAKE_NANOS = 10_000_000_000L;

    /** What holds where nothing is said. */
    public static final TlsSettings DEFAULT = new TlsSettings(true, true, "", "", "", "",
            2, false, false, DEFAULT_HANDSHAKE_NANOS, ClientCheck.NONE);

    /** Settings that keep secrets secret. */
    public TlsSettings(final boolean tls12, final boolean tls13, final String cipherList,
            final String cipherSuites, final String groups, final String signatureAlgorithms,
            final int tickets, final boolean refuseNoSni, final boolean refuseUnknownSni,
            final long handshakeNanos, final ClientCheck clients) {
        this(tls12, tls13, cipherList, cipherSuites, groups, signatureAlgorithms, tickets, refuseNoSni,
                refuseUnknownSni, handshakeNanos, clients, null, false);
    }

    /**
     * What is asked of clients.
     *
     * @param wanted whether a client is asked for a certificate
     * @param required whether one without is refused
     * @param authorities those that vouch for clients, as PEM
     * @param depth how many certificates there may be between the client's and the authority's
     * @param revoked lists of revoked certificates, as PEM; empty for none
     */
    public record ClientCheck(boolean wanted, boolean required, String authorities, int depth,
            String revoked) {
        /** No client is asked. */
        public static final ClientCheck NONE = new ClientCheck(false, false, "", 0, "");
    }
}
