package io.sozu.sessions.cluster.balance;

import io.sozu.sessions.cluster.Balancer;
import io.sozu.sessions.cluster.ClusterSettings;

/** Which balancer serves which setting. */
public final class Balancers {
    private Balancers() {
    }

    /** Returns a new balancer for one cluster. */
    public static Balancer of(final ClusterSettings settings) {
        return switch (settings.loadBalancing()) {
            case ROUND_ROBIN -> new SmoothRoundRobin();
        };
    }
}
