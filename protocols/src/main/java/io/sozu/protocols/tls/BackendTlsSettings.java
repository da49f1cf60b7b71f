package io.sozu.protocols.tls;

/**
 * How backends are spoken to by TLS.
 *
 * @param verify whether their certificates are looked at
 * @param authorities those that vouch for them, as PEM; empty for those that this system believes
 * @param tls12 whether TLS 1.2 is spoken
 * @param tls13 whether TLS 1.3 is spoken
 * @param own the certificate that is shown to who asks for one, null for none
 */
public record BackendTlsSettings(boolean verify, String authorities, boolean tls12, boolean tls13,
        TlsCertificate own) {
    /** What holds where nothing is said. */
    public static final BackendTlsSettings DEFAULT = new BackendTlsSettings(true, "", true, true, null);
}
