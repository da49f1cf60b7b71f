package io.sozu.control.model;

/**
 * Whom a listener lets in. All of it holds for each worker. A source is one IPv4 address or one IPv6
 * network of 64 bits.
 *
 * @param maxConnections how many connections it has at a time; 0 for any number
 * @param maxConnectionsPerSource how many of them one source has; 0 for any number
 * @param connectionRate how many it accepts
 * @param connectionRatePerSource how many it accepts of one source
 * @param requestRate how many requests it passes on
 * @param requestRatePerSource how many requests of one source it passes on
 */
public record ListenerAdmission(int maxConnections, int maxConnectionsPerSource, RateLimit connectionRate,
                                RateLimit connectionRatePerSource, RateLimit requestRate,
                                RateLimit requestRatePerSource) {
    /** What holds where nothing is said: no limit. */
    public static final ListenerAdmission DEFAULT = new ListenerAdmission(0, 0);

    /** The most connections that can be asked for. */
    public static final int MAX_COUNT = 1_000_000;

    /**
     * Checks the ranges.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public ListenerAdmission {
        Texts.range("max_connections", maxConnections, 0, MAX_COUNT);
        Texts.range("max_connections_per_source", maxConnectionsPerSource, 0, MAX_COUNT);
    }

    /** Makes limits without rates. */
    public ListenerAdmission(final int maxConnections, final int maxConnectionsPerSource) {
        this(maxConnections, maxConnectionsPerSource, RateLimit.NONE, RateLimit.NONE, RateLimit.NONE,
            RateLimit.NONE);
    }
}
