package io.sozu.sessions.cluster;

/**
 * Keeps exchanges away from a backend that cannot be connected to: after the n-th failure in a row for a
 * random time of 1 to 2<sup>n</sup> seconds, n up to 6.
 *
 * <p>Failures while it is being kept away do not count: one outage seen by many connections is one failure.
 */
public final class BackendHealth {
    private static final int MAX_FAILURES = 6;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final Xorshift random;
    private int failures;
    private long usableAtNanos;

    BackendHealth(final Xorshift random) {
        this.random = random;
    }

    /** Tells whether exchanges may go there: it is connectable, or it is time to try again. */
    public boolean isUsable(final long nowNanos) {
        return failures == 0 || nowNanos - usableAtNanos >= 0;
    }

    /** Tells whether the last attempt to connect failed. */
    public boolean isDown() {
        return failures > 0;
    }

    /** Returns the counted failures in a row, at most 6. */
    public int failures() {
        return failures;
    }

    /** Returns when it may be tried again; only meaningful while {@link #isDown}. */
    public long usableAtNanos() {
        return usableAtNanos;
    }

    /** Ends the back-off; returns true when the backend was down. */
    boolean connectSucceeded() {
        final boolean wasDown = failures > 0;
        failures = 0;
        return wasDown;
    }

    /** Starts or lengthens the back-off; returns true when the backend was not down before. */
    boolean connectFailed(final long nowNanos) {
        if (!isUsable(nowNanos)) {
            return false;
        }
        failures = Math.min(failures + 1, MAX_FAILURES);
        final long atMostNanos = SECOND_NANOS << failures;
        usableAtNanos = nowNanos + SECOND_NANOS + random.below(atMostNanos - SECOND_NANOS + 1);
        return failures == 1;
    }
}
