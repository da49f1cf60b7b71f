package io.sozu.sessions.cluster;

/**
 * What ties requests to backends, and how backends come to their share.
 *
 * @param hashKey what is hashed where the algorithm hashes
 * @param slowStartNanos how long the share of a new backend grows, 0 for not at all
 * @param stickyAttributes what follows name and value of the cookie that ties a client to a backend, as
 *     {@code "; Path=/"}; null where clients are not tied
 */
public record AffinitySettings(HashKey hashKey, long slowStartNanos, String stickyAttributes) {
    /** Nobody is tied to anything. */
    public static final AffinitySettings DEFAULT = new AffinitySettings(HashKey.SOURCE, 0, null);

    /** Returns whether a client is tied to its backend. */
    boolean isSticky() {
        return stickyAttributes != null;
    }
}
