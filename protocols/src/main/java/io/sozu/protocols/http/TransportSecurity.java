package io.sozu.protocols.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sozu.bindings.memory.Memory;

/**
 * What clients are told by Strict-Transport-Security (RFC 6797), as one number that fits into a slot: so it
 * needs no table, and lasts as long as its exchange.
 *
 * <pre>
 *   0 told at all (1 bit) | 1 subdomains too (1) | 2 preload (1) | 3 replaces a backend's (1)
 *   8 seconds (31)
 * </pre>
 */
public final class TransportSecurity {
    /** Nothing is told. */
    public static final long NONE = 0;
    /** A bound of the field line. */
    public static final int MAX_BYTES = 88;

    private static final int TOLD = 1;
    private static final int SUBDOMAINS = 1 << 1;
    private static final int PRELOAD = 1 << 2;
    private static final int REPLACES = 1 << 3;
    private static final int SECONDS_SHIFT = 8;
    private static final byte[] MAX_AGE = "Strict-Transport-Security: max-age=".getBytes(US_ASCII);
    private static final byte[] INCLUDE_SUBDOMAINS = "; includeSubDomains".getBytes(US_ASCII);
    private static final byte[] PRELOADED = "; preload".getBytes(US_ASCII);
    private static final byte[] LINE_END = "\r\n".getBytes(US_ASCII);

    private TransportSecurity() {
    }

    /**
     * Returns the number of what is told.
     *
     * @param maxAgeSeconds how long clients come by TLS alone, not negative
     * @param subdomains whether to the hosts below as well
     * @param preload whether clients may be shipped with it
     * @param replaces whether a backend's own field gives way to it
     */
    public static long of(final int maxAgeSeconds, final boolean subdomains, final boolean preload,
            final boolean replaces) {
        if (maxAgeSeconds < 0) {
            throw new IllegalArgumentException("max-age must not be negative: " + maxAgeSeconds);
        }
        return (long) maxAgeSeconds << SECONDS_SHIFT | TOLD | (subdomains ? SUBDOMAINS : 0)
                | (preload ? PRELOAD : 0) | (replaces ? REPLACES : 0);
    }

    /** Returns whether a backend's own field gives way. */
    public static boolean replaces(final long security) {
        return (security & REPLACES) != 0;
    }

    /** Renders the field line, and returns where it ends. */
    public static long render(final long security, final long target) {
        long at = Ascii.putDecimal(put(MAX_AGE, target), security >>> SECONDS_SHIFT);
        if ((security & SUBDOMAINS) != 0) {
            at = put(INCLUDE_SUBDOMAINS, at);
        }
        if ((security & PRELOAD) != 0) {
            at = put(PRELOADED, at);
        }
        return put(LINE_END, at);
    }

    private static long put(final byte[] text, final long target) {
        Memory.copy(text, 0, target, text.length);
        return target + text.length;
    }
}
