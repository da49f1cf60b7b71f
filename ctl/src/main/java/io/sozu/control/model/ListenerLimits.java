package io.sozu.control.model;

/**
 * How much a listener takes of one client.
 *
 * @param maxBodyBytes the longest body of a request; 0 for any
 * @param maxKeepaliveRequests how many requests one connection may carry; 0 for any
 */
public record ListenerLimits(int maxBodyBytes, int maxKeepaliveRequests) {
    /** What holds where nothing is said: no limit. */
    public static final ListenerLimits DEFAULT = new ListenerLimits(0, 0);

    /**
     * Checks the ranges.
     *
     * @throws InvalidConfigException when one is negative
     */
    public ListenerLimits {
        Texts.range("max_body_size", maxBodyBytes, 0, Integer.MAX_VALUE);
        Texts.range("max_keepalive_requests", maxKeepaliveRequests, 0, Integer.MAX_VALUE);
    }
}
