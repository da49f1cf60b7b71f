package io.sozu.control.model;

import java.util.Locale;
import java.util.Set;

/**
 * Which header fields a listener adds to requests and takes from them.
 *
 * @param sozuIdHeader name of the field that carries the id of a request
 * @param elideXRealIp whether the client's X-Real-IP is dropped
 * @param sendXRealIp whether ours is written
 * @param hsts what browsers are told of a listener with TLS, null for nothing
 * @param certificatePrefix how the names of fields about a client's certificate begin, empty for none
 */
public record HeaderPolicy(ForwardedMode forwarded, String sozuIdHeader, boolean elideXRealIp,
                           boolean sendXRealIp, HstsConfig hsts, String certificatePrefix) {
    private static final Set<String> TAKEN = Set.of("host", "connection", "content-length",
        "transfer-encoding", "te", "trailer", "upgrade", "keep-alive", "proxy-connection", "expect",
        "forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-forwarded-host",
        "x-real-ip", "x-request-id");

    private static final int MAX_PREFIX_CHARS = 32;
    private static final int MIN_PREFIX_CHARS = 4;

    /** What holds where nothing is said. */
    public static final HeaderPolicy DEFAULT = new HeaderPolicy(ForwardedMode.REPLACE, "Sozu-Id", false,
        false);

    /**
     * Checks the header name.
     *
     * @throws InvalidConfigException when it is no field name, or one that means something else
     */
    public HeaderPolicy {
        if (forwarded == null) {
            throw new InvalidConfigException("forwarded", "is missing; write replace, append or off");
        }
        Texts.token("sozu_id_header", sozuIdHeader, Texts.MAX_TOKEN_CHARS);
        if (TAKEN.contains(sozuIdHeader.toLowerCase(Locale.ROOT))) {
            throw new InvalidConfigException("sozu_id_header", Quote.of(sozuIdHeader)
                + " means something else to HTTP; choose another name, as Sozu-Id");
        }
        checkPrefix(certificatePrefix, sozuIdHeader);
    }

    private static void checkPrefix(final String prefix, final String sozuIdHeader) {
        if (prefix.isEmpty()) {
            return;
        }
        Texts.token("client_cert_prefix", prefix, MAX_PREFIX_CHARS);
        final String folded = prefix.toLowerCase(Locale.ROOT).replace('_', '-');
        if (!folded.endsWith("-") || prefix.length() < MIN_PREFIX_CHARS) {
            throw new InvalidConfigException("client_cert_prefix", Quote.of(prefix) + " is not a name with a"
                + " hyphen at its end; write X-Client-Cert-");
        }
        if (TAKEN.stream().anyMatch(name -> name.startsWith(folded))
            || sozuIdHeader.toLowerCase(Locale.ROOT).startsWith(folded)) {
            throw new InvalidConfigException("client_cert_prefix", Quote.of(prefix)
                + " begins the name of another field; write X-Client-Cert-");
        }
    }

    /** Makes a policy that tells browsers nothing. */
    public HeaderPolicy(final ForwardedMode forwarded, final String sozuIdHeader, final boolean elideXRealIp,
                        final boolean sendXRealIp) {
        this(forwarded, sozuIdHeader, elideXRealIp, sendXRealIp, null, "");
    }

    /** Returns the same but for what browsers are told. */
    public HeaderPolicy withHsts(final HstsConfig other) {
        return new HeaderPolicy(forwarded, sozuIdHeader, elideXRealIp, sendXRealIp, other, certificatePrefix);
    }

    /** Returns the same but for the fields about certificates. */
    public HeaderPolicy withCertificatePrefix(final String other) {
        return new HeaderPolicy(forwarded, sozuIdHeader, elideXRealIp, sendXRealIp, hsts, other);
    }
}
