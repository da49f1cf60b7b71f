package io.sozu.sessions.cluster.balance;

import io.sozu.sessions.cluster.Balancer;
import io.sozu.sessions.cluster.ClusterSettings;
import io.sozu.sessions.cluster.Xorshift;

/** Which balancer serves which setting. */
public final class Balancers {
    private Balancers() {
    }

    /** Returns a new balancer for one cluster. */
    public static Balancer of(final ClusterSettings settings, final Xorshift random) {
        return switch (settings.loadBalancing()) {
            case ROUND_ROBIN -> new SmoothRoundRobin();
            case RANDOM -> new WeightedRandom(random);
            case LEAST_LOADED -> new LeastLoaded(settings.loadMetric(), random);
            case POWER_OF_TWO -> new PowerOfTwo(settings.loadMetric(), random);
            case HRW -> new Rendezvous();
            case MAGLEV -> new Maglev();
        };
    }
}
