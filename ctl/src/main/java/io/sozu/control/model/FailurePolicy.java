package io.sozu.control.model;

/**
 * What a cluster does when its backends cannot take a request.
 *
 * @param maxQueue requests that wait in each worker for a backend with room at most, 0 for none
 * @param queueSeconds how long one waits at most
 */
public record FailurePolicy(int maxQueue, int queueSeconds) {
    /** What holds where nothing is said. */
    public static final FailurePolicy DEFAULT = new FailurePolicy(128, 5);

    /** The largest number of requests or connections that can be asked for. */
    public static final int MAX_COUNT = 1_000_000;

    /**
     * Checks the ranges.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public FailurePolicy {
        Texts.range("max_queue", maxQueue, 0, MAX_COUNT);
        Texts.range("queue_timeout", queueSeconds, 1, Timeouts.MAX_SECONDS);
    }
}
