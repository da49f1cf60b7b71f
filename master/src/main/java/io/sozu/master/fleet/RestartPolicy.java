package io.sozu.master.fleet;

/**
 * How long a slot stays vacant after its worker died: not at all the first time, then ever longer.
 *
 * <p>A worker that has served for {@link #STABLE_NANOS} starts the count anew. So a crash costs no time, and
 * a crash loop costs at most one start every {@link #LONGEST_NANOS}. One instance per slot.
 */
public final class RestartPolicy {
    /** The delay before the second restart in a row; each further one waits twice as long. */
    public static final long SHORTEST_NANOS = 250_000_000L;
    /** The longest delay. */
    public static final long LONGEST_NANOS = 30_000_000_000L;
    /** A worker that served for so long was no part of a crash loop. */
    public static final long STABLE_NANOS = 60_000_000_000L;

    private int crashes;
    private long readyNanos = Long.MIN_VALUE;

    /** Notes that the slot's worker serves. */
    public void ready(final long nowNanos) {
        readyNanos = nowNanos;
    }

    /** Notes that the slot's worker died and returns how long to wait before the next is started. */
    public long died(final long nowNanos) {
        if (readyNanos != Long.MIN_VALUE && nowNanos - readyNanos >= STABLE_NANOS) {
            crashes = 0;
        }
        readyNanos = Long.MIN_VALUE;
        crashes++;
        if (crashes == 1) {
            return 0;
        }
        final int doublings = Math.min(crashes - 2, 30);
        return Math.min(LONGEST_NANOS, SHORTEST_NANOS << doublings);
    }

    /** Returns how many workers of the slot died without having been stable. */
    public int crashes() {
        return crashes;
    }
}
