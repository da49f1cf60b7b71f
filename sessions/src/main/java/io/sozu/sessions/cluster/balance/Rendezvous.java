package io.sozu.sessions.cluster.balance;

import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.Balancer;
import io.sozu.sessions.cluster.KeyHash;

/**
 * Weighted rendezvous hashing: each candidate draws a number from the key and its own name, and the one whose
 * number is best for its share gets the key. When a candidate leaves, only its own keys move.
 */
public final class Rendezvous implements Balancer {
    Rendezvous() {
    }

    @Override
    public Backend pick(final Backend[] candidates, final int count, final long key, final long nowNanos) {
        Backend best = candidates[0];
        double bestTime = Double.MAX_VALUE;
        for (int place = 0; place < count && count > 1; place++) {
            final Backend candidate = candidates[place];
            // The first of several exponential clocks rings as often as its rate, which is the share.
            final double time = -Math.log(KeyHash.unit(key ^ candidate.nameHash())) / candidate.share();
            if (time < bestTime) {
                best = candidate;
                bestTime = time;
            }
        }
        return best;
    }

    @Override
    public void reset(final Backend[] backends, final int count) {
        // Names and shares are all there is.
    }
}
