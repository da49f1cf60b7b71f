package io.sozu.sessions.cluster;

/**
 * How many exchanges of a cluster may be tried again: a share of those that come, and a reserve for a backend
 * that loses all its connections at once. Without it every exchange of a failing cluster would become several
 * just when its backends can bear the least.
 */
final class RetryBudget {
    /** The retries that can be saved up, and are there at first. */
    static final int RESERVE = 1000;
    private static final long RETRY_COST = 100;
    private static final long MAX_CREDIT = RESERVE * RETRY_COST;

    private int percent;
    private long credit = MAX_CREDIT;

    /** Sets the share of exchanges that may be tried again, 0 for any number. */
    void percent(final int share) {
        percent = share;
    }

    /** An exchange has come. */
    void earn() {
        credit = Math.min(credit + percent, MAX_CREDIT);
    }

    /** Takes one retry; returns false when there is none. */
    boolean spend() {
        if (percent == 0) {
            return true;
        }
        if (credit < RETRY_COST) {
            return false;
        }
        credit -= RETRY_COST;
        return true;
    }
}
