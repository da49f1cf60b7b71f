package io.sozu.control.model;

import java.util.Locale;

/**
 * What becomes of clients whose name no certificate has.
 *
 * @param noSni what a client gets that names no host
 * @param unknownSni what a client gets that names a host of no certificate
 * @param strictBinding whether a request has to be for a host of the certificate that was served
 */
public record SniPolicy(Choice noSni, Choice unknownSni, boolean strictBinding) {
    /** What holds where nothing is said. */
    public static final SniPolicy DEFAULT = new SniPolicy(Choice.DEFAULT_CERTIFICATE,
        Choice.DEFAULT_CERTIFICATE, true);

    /** What can be done. */
    public enum Choice {
        /** The listener's own certificate is served; without one this is {@link #REFUSE}. */
        DEFAULT_CERTIFICATE,
        /** The handshake ends with {@code unrecognized_name}. */
        REFUSE;

        /** The name in orders and files. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
