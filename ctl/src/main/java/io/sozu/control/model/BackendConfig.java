package io.sozu.control.model;

import java.net.InetSocketAddress;

/**
 * One server of a cluster. Its id and its address together tell it from the others of the cluster.
 *
 * @param stickyId what the sticky cookie says instead of the id, null for the id itself
 * @param weight its share, 0 to 255; 0 gives it no new exchange
 * @param backup whether it serves only when no other can
 * @param maxConnections requests that each worker gives it at a time, 0 for any number
 */
public record BackendConfig(String clusterId, String backendId, BackendAddress address, String stickyId,
                            int weight, boolean backup, int maxConnections) {
    /** The weight where nothing is said. */
    public static final int DEFAULT_WEIGHT = 100;
    private static final int MAX_WEIGHT = 255;

    /**
     * Checks the fields.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public BackendConfig {
        Texts.id("cluster_id", clusterId);
        Texts.id("backend_id", backendId);
        if (address == null) {
            throw new InvalidConfigException("address", "is missing; write IP:PORT or unix:/PATH");
        }
        if (stickyId != null) {
            Texts.token("sticky_id", stickyId, Texts.MAX_TOKEN_CHARS);
        }
        Texts.range("weight", weight, 0, MAX_WEIGHT);
        Texts.range("max_connections", maxConnections, 0, FailurePolicy.MAX_COUNT);
    }

    /** Makes a backend that takes any number of requests at a time. */
    public BackendConfig(final String clusterId, final String backendId, final BackendAddress address,
                         final String stickyId, final int weight, final boolean backup) {
        this(clusterId, backendId, address, stickyId, weight, backup, 0);
    }

    /** Returns a backend with every default. */
    public static BackendConfig of(final String clusterId, final String backendId,
                                   final InetSocketAddress address) {
        return of(clusterId, backendId, BackendAddress.of(address));
    }

    /** Returns a backend with every default. */
    public static BackendConfig of(final String clusterId, final String backendId,
                                   final BackendAddress address) {
        return new BackendConfig(clusterId, backendId, address, null, DEFAULT_WEIGHT, false);
    }
}
