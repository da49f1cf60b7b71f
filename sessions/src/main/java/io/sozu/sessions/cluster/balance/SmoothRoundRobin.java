package io.sozu.sessions.cluster.balance;

import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.Balancer;

/**
 * Smooth weighted round robin: every candidate is credited its share, the richest (the first of equals) is
 * picked and pays for all. Over a cycle, which is as long as the sum of the shares, each is picked exactly as
 * often as its share, and picks of one backend stand apart as far as the weights allow.
 */
public final class SmoothRoundRobin implements Balancer {
    SmoothRoundRobin() {
    }

    @Override
    public Backend pick(final Backend[] candidates, final int count, final long key, final long nowNanos) {
        Backend richest = null;
        long richestCredit = Long.MIN_VALUE;
        long paid = 0;
        for (int place = 0; place < count; place++) {
            final Backend candidate = candidates[place];
            final int share = candidate.share();
            final long credit = candidate.credit() + share;
            candidate.credit(credit);
            paid += share;
            if (credit > richestCredit) {
                richest = candidate;
                richestCredit = credit;
            }
        }
        richest.credit(richestCredit - paid);
        return richest;
    }

    @Override
    public void reset(final Backend[] backends, final int count) {
        for (int place = 0; place < count; place++) {
            backends[place].credit(0);
        }
    }
}
