package io.sozu.sessions.cluster;

/**
 * Chooses among backends that are fit to be chosen: which those are (phase, health, weight 0, backup, already
 * tried) is the cluster's business. One instance per cluster; allocates nothing.
 */
public interface Balancer {
    /**
     * Chooses one of the first {@code count} candidates, at least one; they stand in the order in which the
     * backends were added.
     *
     * @param key the hash of what the same choice is to be made for, where the algorithm hashes
     */
    Backend pick(Backend[] candidates, int count, long key, long nowNanos);

    /** Starts anew after the cluster's backends or their weights changed. */
    void reset(Backend[] backends, int count);
}
