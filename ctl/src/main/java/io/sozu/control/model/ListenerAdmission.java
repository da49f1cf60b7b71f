package io.sozu.control.model;

/**
 * Whom a listener lets in. All of it holds for each worker.
 *
 * @param maxConnections how many connections it has at a time; 0 for any number
 * @param maxConnectionsPerSource how many of them one IPv4 address or IPv6 network of 64 bits has; 0 for any
 *     number
 */
public record ListenerAdmission(int maxConnections, int maxConnectionsPerSource) {
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
}
