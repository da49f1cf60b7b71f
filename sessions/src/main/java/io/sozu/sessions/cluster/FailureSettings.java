package io.sozu.sessions.cluster;

/**
 * What a cluster does when its backends cannot take an exchange, or serve it badly.
 *
 * @param maxQueue exchanges that wait for a backend with room at most; 0 for none
 * @param queueTimeoutNanos how long one waits at most
 * @param consecutive5xx answers of 5xx in a row that eject a backend; 0 for never
 * @param consecutiveFailures failures in a row that do; 0 for never
 * @param ejectionNanos how long the first ejection takes
 * @param maxEjectedPercent share of the backends that may be ejected at a time
 * @param retries how many more backends an exchange is given to when one cannot take it
 * @param retryBudgetPercent share of the exchanges that may be tried again; 0 for all of them
 */
public record FailureSettings(int maxQueue, long queueTimeoutNanos, int consecutive5xx,
                              int consecutiveFailures, long ejectionNanos, int maxEjectedPercent,
                              int retries, int retryBudgetPercent) {
    public static final FailureSettings DEFAULT =
            new FailureSettings(128, 5_000_000_000L, 0, 0, 10_000_000_000L, 50,
                    RetryPolicy.MAX_ATTEMPTS - 1, 20);
}
