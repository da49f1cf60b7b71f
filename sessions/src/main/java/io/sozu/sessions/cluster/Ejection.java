package io.sozu.sessions.cluster;

/**
 * Keeps exchanges away from a backend that takes them and serves them badly: after so many answers of 5xx, or
 * so many failures, in a row it is ejected for a time that doubles with each ejection, up to 32 times the
 * first. What is answered well ends both rows. A backend that has served for as long as it was first ejected
 * begins anew.
 */
public final class Ejection {
    private static final int MAX_DOUBLINGS = 5;
    private static final int FIRST_5XX = 500;

    private int answers5xx;
    private int failures;
    private int ejections;
    private boolean ejected;
    private long returnNanos;

    Ejection() {
    }

    /** Tells whether exchanges must be kept away. */
    public boolean isEjected(final long nowNanos) {
        return ejected && nowNanos - returnNanos < 0;
    }

    /** Returns when it ends; only meaningful while it is ejected. */
    public long returnNanos() {
        return returnNanos;
    }

    /** Returns the answers of 5xx in a row. */
    public int answers5xx() {
        return answers5xx;
    }

    /** Returns the failures in a row. */
    public int failures() {
        return failures;
    }

    /** Notes the time; returns true when an ejection has ended since it was last noted. */
    boolean returned(final long nowNanos) {
        if (!ejected || isEjected(nowNanos)) {
            return false;
        }
        ejected = false;
        return true;
    }

    /** Counts an answer; returns true when it is one too many of 5xx. */
    boolean answered(final int status, final FailureSettings settings, final long nowNanos) {
        failures = 0;
        if (status >= FIRST_5XX) {
            answers5xx++;
            return settings.consecutive5xx() > 0 && answers5xx >= settings.consecutive5xx();
        }
        answers5xx = 0;
        if (ejections > 0 && nowNanos - returnNanos >= settings.ejectionNanos()) {
            ejections = 0;
        }
        return false;
    }

    /** Counts a failure; returns true when it is one too many. */
    boolean failed(final FailureSettings settings) {
        failures++;
        return settings.consecutiveFailures() > 0 && failures >= settings.consecutiveFailures();
    }

    /** Begins; both rows begin anew. */
    void eject(final FailureSettings settings, final long nowNanos) {
        returnNanos = nowNanos + (settings.ejectionNanos() << Math.min(ejections, MAX_DOUBLINGS));
        ejections++;
        ejected = true;
        answers5xx = 0;
        failures = 0;
    }
}
