package io.sozu.sessions.limit;

/**
 * So many a second, and so many at once: a bucket of tokens that fills at a steady pace.
 *
 * <p>A bucket is one number, the moment at which it is full again: 0 for one that was never used, and as good
 * as 0 once it has passed. Whatever the number says, a bucket is at worst empty: so it outlives a change of
 * the rate and a clock that jumps. All times are of a clock that does not begin below 0.
 *
 * @param perSecond tokens that come in a second, at least 1
 * @param intervalNanos the time from one token to the next
 * @param fillNanos how long an empty bucket takes to be full
 */
public record Rate(int perSecond, long intervalNanos, long fillNanos) {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /**
     * Makes a rate.
     *
     * @param perSecond 1 to a million
     * @param burst tokens of a full bucket, 1 to a million
     */
    public static Rate of(final int perSecond, final int burst) {
        final long intervalNanos = (NANOS_PER_SECOND + perSecond / 2) / perSecond;
        return new Rate(perSecond, intervalNanos, burst * intervalNanos);
    }

    /** Returns how long it takes until a bucket has a token; 0 when it has one. */
    public long waitNanos(final long fullNanos, final long nowNanos) {
        return Math.max(missing(fullNanos, nowNanos) + intervalNanos - fillNanos, 0);
    }

    /** Returns what a bucket is after a token was taken that it had. */
    public long taken(final long fullNanos, final long nowNanos) {
        return nowNanos + missing(fullNanos, nowNanos) + intervalNanos;
    }

    /**
     * Returns what a bucket is that is found without a token: empty, and not emptier. Whoever refuses for the
     * lack of a token keeps this, so that what another rate or another time has left is filled from now on.
     */
    public long settled(final long fullNanos, final long nowNanos) {
        return nowNanos + missing(fullNanos, nowNanos);
    }

    /** Returns the time that a bucket needs to be full. */
    private long missing(final long fullNanos, final long nowNanos) {
        return Math.min(Math.max(fullNanos - nowNanos, 0), fillNanos);
    }
}
