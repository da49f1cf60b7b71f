package io.sozu.sessions.cluster.balance;

import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.Balancer;
import io.sozu.sessions.cluster.Xorshift;

/** Each candidate is as likely as its share, whatever was picked before. */
public final class WeightedRandom implements Balancer {
    private final Xorshift random;

    WeightedRandom(final Xorshift random) {
        this.random = random;
    }

    @Override
    public Backend pick(final Backend[] candidates, final int count, final long key, final long nowNanos) {
        return candidates[place(candidates, count, -1, random)];
    }

    /** Returns the place of a candidate by chance, never the excluded one; -1 excludes none. */
    static int place(final Backend[] candidates, final int count, final int excluded, final Xorshift random) {
        long sum = 0;
        for (int place = 0; place < count; place++) {
            sum += place == excluded ? 0 : candidates[place].share();
        }
        long ticket = random.below(sum);
        int place = excluded == 0 ? 1 : 0;
        while (ticket >= candidates[place].share()) {
            ticket -= candidates[place].share();
            place += place + 1 == excluded ? 2 : 1;
        }
        return place;
    }

    @Override
    public void reset(final Backend[] backends, final int count) {
        // There is no account of the past.
    }
}
