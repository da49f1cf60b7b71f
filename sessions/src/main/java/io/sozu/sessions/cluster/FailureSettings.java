package io.sozu.sessions.cluster;

/**
 * What a cluster does when its backends cannot take an exchange.
 *
 * @param maxQueue exchanges that wait for a backend with room at most; 0 for none
 * @param queueTimeoutNanos how long one waits at most
 */
public record FailureSettings(int maxQueue, long queueTimeoutNanos) {
    public static final FailureSettings DEFAULT = new FailureSettings(128, 5_000_000_000L);
}
