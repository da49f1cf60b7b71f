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
 */
public record HeaderPolicy(ForwardedMode forwarded, String sozuIdHeader, boolean elideXRealIp,
                           boolean sendXRealIp, HstsConfig hsts) {
    private static final Set<String> TAKEN = Set.of("host", "connection", "content-length",
        "transfer-encoding", "te", "trailer", "upgrade", "keep-alive", "proxy-connection", "expect",
        "forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-forwarded-host",
        "x-real-ip", "x-request-id");

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
    }

    /** Makes a policy that tells browsers nothing. */
    public HeaderPolicy(final ForwardedMode forwarded, final String sozuIdHeader, final boolean elideXRealIp,
                        final boolean sendXRealIp) {
        this(forwarded, sozuIdHeader, elideXRealIp, sendXRealIp, null);
    }

    /** Returns the same but for what browsers are told. */
    public HeaderPolicy withHsts(final HstsConfig other) {
        return new HeaderPolicy(forwarded, sozuIdHeader, elideXRealIp, sendXRealIp, other);
    }
}
