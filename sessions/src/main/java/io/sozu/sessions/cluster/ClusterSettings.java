package io.sozu.sessions.cluster;

/** What an operator says of a cluster besides its id and its backends. */
public record ClusterSettings(LoadBalancing loadBalancing) {
    public static final ClusterSettings DEFAULT = new ClusterSettings(LoadBalancing.ROUND_ROBIN);
}
