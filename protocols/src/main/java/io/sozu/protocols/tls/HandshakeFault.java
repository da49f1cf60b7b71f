package io.sozu.protocols.tls;

/** Why a client's handshake came to nothing: the name of a counter, and words for the operator. */
public enum HandshakeFault {
    TIMEOUT("timeout", "it did not end in handshake_timeout"),
    CROWDED_OUT("crowded_out", "it was slow while others waited (max_handshakes)"),
    CLIENT_LEFT("client_left", "the client left"),
    PLAIN_HTTP("plain_http", "the client speaks HTTP without TLS"),
    MALFORMED("malformed", "what the client sent is not TLS as it should be"),
    NOTHING_IN_COMMON("nothing_in_common", "client and listener share no version, cipher or group"),
    NAME_REFUSED("name_refused", "there is no certificate for the host it named, or it named none"),
    PROTOCOL_REFUSED("protocol_refused", "the client offers by ALPN only what is not spoken here"),
    CLIENT_CERTIFICATE("client_certificate", "the client's certificate is missing or not accepted"),
    CLIENT_REFUSES("client_refuses", "the client does not like our certificate, or something else"),
    NO_MEMORY("no_memory", "OpenSSL has no memory, or the listener speaks no TLS any more");

    private static final int SSL_LIBRARY = 20;
    private static final int LIBRARY_SHIFT = 23;
    private static final int REASON_MASK = 0x7f_ffff;
    /** Reasons from here on are alerts of the peer, by their numbers. */
    private static final int FIRST_ALERT = 1000;

    private final String id;
    private final String text;

    HandshakeFault(final String id, final String text) {
        this.id = id;
        this.text = text;
    }

    /** Returns the last part of its counter's name. */
    public String id() {
        return id;
    }

    /** Returns what is told of it. */
    public String text() {
        return text;
    }

    /** Returns whether it was OpenSSL that found it, and has words of its own for it. */
    public boolean isOfOpenSsl() {
        return switch (this) {
            case TIMEOUT, CROWDED_OUT, CLIENT_LEFT, NO_MEMORY -> false;
            default -> true;
        };
    }

    /** Tells what an error of OpenSSL in a handshake means ({@code SSL_R_} in sslerr.h). */
    static HandshakeFault of(final long error) {
        final int reason = (int) error & REASON_MASK;
        if ((error >>> LIBRARY_SHIFT & 0xff) != SSL_LIBRARY) {
            return MALFORMED;
        }
        return switch (reason) {
            case 155, 156 -> PLAIN_HTTP;
            case 101, 118, 193, 258, 295, 376, 396, 410 -> NOTHING_IN_COMMON;
            case 226, 234 -> NAME_REFUSED;
            case 235 -> PROTOCOL_REFUSED;
            case 134, 199 -> CLIENT_CERTIFICATE;
            default -> reason >= FIRST_ALERT ? CLIENT_REFUSES : MALFORMED;
        };
    }
}
