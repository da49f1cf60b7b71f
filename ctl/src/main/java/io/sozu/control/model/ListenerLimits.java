package io.sozu.control.model;

/**
 * How much a listener takes of one client.
 *
 * @param maxBodyBytes the longest body of a request; 0 for any
 * @param minBodyRate bytes a second that a client has to send of a body; 0 for any
 * @param maxKeepaliveRequests how many requests one connection may carry; 0 for any
 * @param maxAgeSeconds after how long a connection carries no further request; 0 for never
 * @param maxHeaderFields how many header fields a request may have
 * @param maxHeaderBytes how long the head of a request may be; 0 for what a page holds
 */
public record ListenerLimits(long maxBodyBytes, int minBodyRate, int maxKeepaliveRequests, int maxAgeSeconds,
                             int maxHeaderFields, int maxHeaderBytes) {
    /** The longest body that can be asked for: a pebibyte. */
    public static final long MAX_BODY_BYTES = 1L << 50;
    /** The fastest body that can be asked for. */
    public static final int MAX_BODY_RATE = 100_000_000;
    /** The most header fields that can be asked for. */
    public static final int MAX_HEADER_FIELDS = 1000;
    /** The longest head that can be asked for, as long as the largest page. */
    public static final int MAX_HEADER_BYTES = 1 << 20;
    /** What holds where nothing is said. */
    public static final ListenerLimits DEFAULT = new ListenerLimits(0, 0, 0, 0, 128, 0);

    /**
     * Checks the ranges.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public ListenerLimits {
        Texts.range("max_body_size", maxBodyBytes, 0, MAX_BODY_BYTES);
        Texts.range("min_body_rate", minBodyRate, 0, MAX_BODY_RATE);
        Texts.range("max_keepalive_requests", maxKeepaliveRequests, 0, Integer.MAX_VALUE);
        Texts.range("max_connection_age", maxAgeSeconds, 0, Timeouts.MAX_SECONDS);
        Texts.range("max_header_fields", maxHeaderFields, 1, MAX_HEADER_FIELDS);
        Texts.range("max_header_size", maxHeaderBytes, 0, MAX_HEADER_BYTES);
    }
}
