package io.sozu.control.model;

import java.util.List;
import java.util.Locale;

/**
 * How a listener speaks TLS.
 *
 * @param alpnProtocols what it speaks inside, the preferred first
 * @param tickets how many session tickets a client of TLS 1.3 gets behind its handshake
 * @param certificate the default certificate, which serves its own names too; null for none
 * @param handshakeSeconds how long a handshake may take
 * @param keyLogFile absolute path of a file for the secrets of all connections, null for none
 * @param ktls whether the kernel encrypts where it can
 */
public record TlsConfig(TlsAlgorithms algorithms, List<String> alpnProtocols, int tickets, SniPolicy sni,
                        CertificateMaterial certificate, int handshakeSeconds, ClientAuth clientAuth,
                        String keyLogFile, boolean ktls) {
    /** HTTP/1.1 over TLS. */
    public static final String HTTP_1_1 = "http/1.1";
    /** HTTP/2 over TLS. */
    public static final String HTTP_2 = "h2";
    /** What can be named in ALPN. */
    public static final List<String> PROTOCOLS = List.of(HTTP_2, HTTP_1_1);
    /** The most tickets that can be asked for. */
    public static final int MAX_TICKETS = 16;
    /** Two: one for the next connection, one for another beside it. */
    public static final int DEFAULT_TICKETS = 2;
    /** As long as a request's head may take. */
    public static final int DEFAULT_HANDSHAKE_SECONDS = 10;

    /** What holds where nothing is said; there is no certificate then. */
    public static final TlsConfig DEFAULT = new TlsConfig(TlsAlgorithms.DEFAULT, List.of(HTTP_1_1),
        DEFAULT_TICKETS, SniPolicy.DEFAULT, null, DEFAULT_HANDSHAKE_SECONDS, ClientAuth.NONE, null, false);

    /**
     * Checks the ranges and words.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public TlsConfig {
        alpnProtocols = alpnProtocols.stream().map(word -> word.toLowerCase(Locale.ROOT)).distinct().toList();
        for (final String word : alpnProtocols) {
            if (!PROTOCOLS.contains(word)) {
                throw new InvalidConfigException("alpn_protocols", "has " + Quote.of(word)
                    + "; it must be one of " + String.join(", ", PROTOCOLS) + Nearest.hint(word, PROTOCOLS));
            }
        }
        if (alpnProtocols.isEmpty()) {
            throw new InvalidConfigException("alpn_protocols", "are none; name http/1.1");
        }
        Texts.range("send_tls13_tickets", tickets, 0, MAX_TICKETS);
        Texts.range("handshake_timeout", handshakeSeconds, 1, Timeouts.MAX_SECONDS);
    }

    /** Returns the same with another default certificate, or with none. */
    public TlsConfig withCertificate(final CertificateMaterial other) {
        return new TlsConfig(algorithms, alpnProtocols, tickets, sni, other, handshakeSeconds, clientAuth,
            keyLogFile, ktls);
    }
}
