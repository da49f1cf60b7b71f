package io.sozu.protocols.http;

import java.nio.charset.StandardCharsets;

/**
 * How a listener writes the fields that tell a backend about the client and the request.
 *
 * @param mode what becomes of X-Forwarded-For, -Proto, -Port, -Host and Forwarded
 * @param proto {@code http} or {@code https}
 * @param listenerIp the IP address clients connect to, as text without brackets
 * @param listenerPort the port clients connect to
 * @param sozuIdName the name of the field with the request's identifier
 * @param elideXRealIp whether a client's X-Real-IP is dropped
 * @param sendXRealIp whether X-Real-IP is written, in place of a client's
 * @param certificatePrefix how the names of fields about a client's certificate begin, empty for none
 */
public record ForwardedSettings(ForwardedMode mode, String proto, String listenerIp, int listenerPort,
        String sozuIdName, boolean elideXRealIp, boolean sendXRealIp, String certificatePrefix) {
    /** The name of the identifier's field unless a listener is given another. */
    public static final String DEFAULT_SOZU_ID_NAME = "Sozu-Id";
    /** The longest name of the identifier's field. */
    public static final int LONGEST_NAME = 64;

    private static final int LONGEST_IP = 45;
    private static final int GREATEST_PORT = 65_535;

    /** Checks what would make malformed or too long fields. */
    public ForwardedSettings {
        if (!proto.equals("http") && !proto.equals("https")) {
            throw new IllegalArgumentException("proto must be http or https: " + proto);
        }
        if (listenerIp.isEmpty() || listenerIp.length() > LONGEST_IP || listenerIp.indexOf('[') >= 0) {
            throw new IllegalArgumentException("not an IP address without brackets: " + listenerIp);
        }
        if (listenerPort < 0 || listenerPort > GREATEST_PORT) {
            throw new IllegalArgumentException("not a port: " + listenerPort);
        }
        if (!isFieldName(sozuIdName)) {
            throw new IllegalArgumentException("must be a field name of at most " + LONGEST_NAME
                    + " characters without a meaning of its own: " + sozuIdName);
        }
        if (!certificatePrefix.isEmpty() && !CertificateFields.isPrefix(certificatePrefix)) {
            throw new IllegalArgumentException("not a prefix of fields about certificates: "
                    + certificatePrefix);
        }
    }

    /** Makes settings that say nothing of certificates. */
    public ForwardedSettings(final ForwardedMode mode, final String proto, final String listenerIp,
            final int listenerPort, final String sozuIdName, final boolean elideXRealIp,
            final boolean sendXRealIp) {
        this(mode, proto, listenerIp, listenerPort, sozuIdName, elideXRealIp, sendXRealIp, "");
    }

    /** Makes the settings of a plain listener that names nothing special. */
    public static ForwardedSettings plain(final ForwardedMode mode, final String listenerIp,
            final int listenerPort) {
        return new ForwardedSettings(mode, "http", listenerIp, listenerPort, DEFAULT_SOZU_ID_NAME, false,
                false);
    }

    /** Tells whether a text can be the name of the identifier's field. */
    public static boolean isFieldName(final String text) {
        if (text.isEmpty() || text.length() > LONGEST_NAME) {
            return false;
        }
        for (final byte character : text.getBytes(StandardCharsets.UTF_8)) {
            if (!Ascii.isToken(character)) {
                return false;
            }
        }
        return FieldName.isUnknown(text);
    }
}
