package io.sozu.sessions.cluster.balance;

import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.Balancer;
import io.sozu.sessions.cluster.LoadMetric;
import io.sozu.sessions.cluster.Xorshift;

/**
 * The candidate with the least load for its share; among equals each is as likely as its share, so that light
 * traffic spreads by weight.
 */
public final class LeastLoaded implements Balancer {
    private final LoadMetric metric;
    private final Xorshift random;

    LeastLoaded(final LoadMetric metric, final Xorshift random) {
        this.metric = metric;
        this.random = random;
    }

    @Override
    public Backend pick(final Backend[] candidates, final int count, final long key, final long nowNanos) {
        Backend best = candidates[0];
        double bestLoad = best.load(metric, nowNanos);
        long equals = best.share();
        for (int place = 1; place < count; place++) {
            final Backend candidate = candidates[place];
            final double load = candidate.load(metric, nowNanos);
            final double difference = load * best.share() - bestLoad * candidate.share();
            if (difference < 0) {
                equals = candidate.share();
            } else if (difference == 0) {
                equals += candidate.share();
            }
            if (difference < 0 || difference == 0 && random.below(equals) < candidate.share()) {
                best = candidate;
                bestLoad = load;
            }
        }
        return best;
    }

    @Override
    public void reset(final Backend[] backends, final int count) {
        // The backends themselves know their load.
    }
}
