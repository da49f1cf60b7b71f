package io.sozu.sessions.routing;

import io.sozu.sessions.ExchangeTerms;
import io.sozu.sessions.cluster.Cluster;

/**
 * Where a frontend sends what it matches.
 *
 * @param frontend the frontend's identity
 * @param cluster the cluster that serves it, perhaps not configured (503); null to deny (401)
 * @param terms what its exchanges are granted in place of what their cluster and listener say
 */
public record Route(FrontendKey frontend, Cluster cluster, ExchangeTerms terms) {
    public boolean isDeny() {
        return cluster == null;
    }

    /** Returns the id of the cluster, or null. */
    public String clusterId() {
        return cluster == null ? null : cluster.id();
    }
}
