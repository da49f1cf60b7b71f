package io.sozu.sessions.cluster.balance;

import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.Balancer;
import io.sozu.sessions.cluster.LoadMetric;
import io.sozu.sessions.cluster.Xorshift;

/**
 * Of two different candidates, chosen by chance and weight, the one with less load for its share, the first
 * of equals: nearly as even as looking at all, and workers that know nothing of each other do not run to the
 * same one.
 */
public final class PowerOfTwo implements Balancer {
    private final LoadMetric metric;
    private final Xorshift random;

    PowerOfTwo(final LoadMetric metric, final Xorshift random) {
        this.metric = metric;
        this.random = random;
    }

    @Override
    public Backend pick(final Backend[] candidates, final int count, final long key, final long nowNanos) {
        if (count == 1) {
            return candidates[0];
        }
        final int place = WeightedRandom.place(candidates, count, -1, random);
        final Backend first = candidates[place];
        final Backend second = candidates[WeightedRandom.place(candidates, count, place, random)];
        return second.load(metric, nowNanos) * first.share() < first.load(metric, nowNanos) * second.share()
                ? second : first;
    }

    @Override
    public void reset(final Backend[] backends, final int count) {
        // The backends themselves know their load.
    }
}
