package io.sozu.control.model;

/**
 * Whether clients of HTTP listeners are sent to HTTPS.
 *
 * @param port the port they are sent to, null for that of HTTPS
 */
public record HttpsRedirect(boolean enabled, Integer port) {
    /** What holds where nothing is said. */
    public static final HttpsRedirect OFF = new HttpsRedirect(false, null);
    /** The port of HTTPS, which an address need not name. */
    public static final int DEFAULT_PORT = 443;
    /** The greatest port there is. */
    public static final int MAX_PORT = 65_535;

    /**
     * Checks the port.
     *
     * @throws InvalidConfigException when there is no such port
     */
    public HttpsRedirect {
        if (port != null) {
            Texts.range("https_redirect_port", port, 1, MAX_PORT);
        }
    }

    /** Returns a redirect to the port of HTTPS, or none. */
    public static HttpsRedirect of(final boolean enabled) {
        return new HttpsRedirect(enabled, null);
    }
}
