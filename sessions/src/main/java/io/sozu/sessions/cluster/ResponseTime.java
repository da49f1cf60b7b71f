package io.sozu.sessions.cluster;

/**
 * How long a backend takes to begin a response: a moving average that follows a peak at once, comes down with
 * time, and fades where nothing is measured, so that a backend left alone for its slowness is tried again.
 */
final class ResponseTime {
    /** A measurement this old counts half. */
    private static final double HALF_LIFE_NANOS = 10e9;

    private double averageNanos;
    private long measuredNanos;

    /** Takes a measurement. */
    void observe(final long tookNanos, final long nowNanos) {
        final double kept = kept(nowNanos);
        final double took = Math.max(1, tookNanos);
        final double faded = averageNanos * kept;
        averageNanos = took >= faded ? took : faded + took * (1 - kept);
        measuredNanos = nowNanos;
    }

    /** Returns the average as it has faded until now, 0 when nothing was ever measured. */
    double nanos(final long nowNanos) {
        return averageNanos * kept(nowNanos);
    }

    /** Returns how much of the past still counts. */
    private double kept(final long nowNanos) {
        return HALF_LIFE_NANOS / (HALF_LIFE_NANOS + Math.max(0, nowNanos - measuredNanos));
    }
}
