package io.sozu.control.model;

/**
 * What a cluster takes of one source. All of it holds for each worker.
 *
 * @param maxConnectionsPerIp connections of one IPv4 address or IPv6 network of 64 bits at a time; 0 for any
 *     number, null for what the top level says
 * @param retryAfterSeconds what a client is told that has too many of them; 0 to tell nothing, null for what
 *     the top level says
 * @param requestRate how many requests it takes
 * @param requestRatePerSource how many requests of one source it takes
 */
public record ClusterAdmission(Integer maxConnectionsPerIp, Integer retryAfterSeconds, RateLimit requestRate,
                               RateLimit requestRatePerSource) {
    /** What holds where nothing is said. */
    public static final ClusterAdmission DEFAULT = new ClusterAdmission(null, null);

    /** The {@code retry_after} of the top level where nothing is said there. */
    public static final int DEFAULT_RETRY_SECONDS = 60;

    /**
     * Checks the ranges.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public ClusterAdmission {
        if (maxConnectionsPerIp != null) {
            Texts.range("max_connections_per_ip", maxConnectionsPerIp, 0, ListenerAdmission.MAX_COUNT);
        }
        if (retryAfterSeconds != null) {
            Texts.range("retry_after", retryAfterSeconds, 0, Timeouts.MAX_SECONDS);
        }
    }

    /** Makes limits without rates. */
    public ClusterAdmission(final Integer maxConnectionsPerIp, final Integer retryAfterSeconds) {
        this(maxConnectionsPerIp, retryAfterSeconds, RateLimit.NONE, RateLimit.NONE);
    }
}
