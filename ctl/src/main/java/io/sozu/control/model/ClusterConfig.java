package io.sozu.control.model;

/**
 * A group of backends that serve one application.
 *
 * @param stickySession whether a client keeps its backend
 * @param httpsRedirect whether clients of HTTP listeners are sent to HTTPS
 */
public record ClusterConfig(String clusterId, boolean stickySession, boolean httpsRedirect,
                            BalancingConfig balancing) {
    /**
     * Checks the fields.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public ClusterConfig {
        Texts.id("cluster_id", clusterId);
        if (balancing == null) {
            throw new InvalidConfigException("load_balancing", "is missing; write round_robin");
        }
    }

    /** Returns a cluster with every default. */
    public static ClusterConfig of(final String clusterId) {
        return new ClusterConfig(clusterId, false, false, BalancingConfig.DEFAULT);
    }
}
