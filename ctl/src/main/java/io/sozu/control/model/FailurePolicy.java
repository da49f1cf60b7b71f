package io.sozu.control.model;

/**
 * What a cluster does when its backends cannot take a request, or serve it badly.
 *
 * @param maxQueue requests that wait in each worker for a backend with room at most, 0 for none
 * @param queueSeconds how long one waits at most
 * @param consecutive5xx answers of 5xx in a row after which a backend is ejected, 0 for never
 * @param consecutiveFailures failures in a row after which it is, 0 for never
 * @param ejectionSeconds how long the first ejection takes
 * @param maxEjectedPercent share of the backends that may be ejected at a time
 * @param retries how many more backends a request is given to when one cannot take it
 * @param retryBudgetPercent share of the requests that may be tried again, 0 for all of them
 */
public record FailurePolicy(int maxQueue, int queueSeconds, int consecutive5xx, int consecutiveFailures,
                            int ejectionSeconds, int maxEjectedPercent, int retries,
                            int retryBudgetPercent) {
    /** What holds where nothing is said. */
    public static final FailurePolicy DEFAULT = new FailurePolicy(128, 5, 0, 0, 10, 50, 2, 20);

    /** The most retries that can be asked for. */
    public static final int MAX_RETRIES = 2;

    /** The largest number of requests or connections that can be asked for. */
    public static final int MAX_COUNT = 1_000_000;

    /** The longest first ejection: a day. */
    public static final int MAX_EJECTION_SECONDS = 86_400;

    /**
     * Checks the ranges.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public FailurePolicy {
        Texts.range("max_queue", maxQueue, 0, MAX_COUNT);
        Texts.range("queue_timeout", queueSeconds, 1, Timeouts.MAX_SECONDS);
        Texts.range("consecutive_5xx", consecutive5xx, 0, MAX_COUNT);
        Texts.range("consecutive_failures", consecutiveFailures, 0, MAX_COUNT);
        Texts.range("ejection_time", ejectionSeconds, 1, MAX_EJECTION_SECONDS);
        Texts.range("max_ejected_percent", maxEjectedPercent, 0, 100);
        Texts.range("retries", retries, 0, MAX_RETRIES);
        Texts.range("retry_budget", retryBudgetPercent, 0, 100);
    }

    /** Makes a policy that ejects nobody. */
    public FailurePolicy(final int maxQueue, final int queueSeconds) {
        this(maxQueue, queueSeconds, 0, 0, DEFAULT.ejectionSeconds, DEFAULT.maxEjectedPercent,
            DEFAULT.retries, DEFAULT.retryBudgetPercent);
    }
}
