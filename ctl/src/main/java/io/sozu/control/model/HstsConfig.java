package io.sozu.control.model;

/**
 * What browsers are told by Strict-Transport-Security (RFC 6797).
 *
 * @param enabled whether they are told anything; a frontend says false to take back what its listener says
 * @param maxAgeSeconds how long they use HTTPS only; 0 makes them forget it
 * @param includeSubdomains whether that holds for the names below the host as well
 * @param preload whether browsers may be shipped with it
 * @param forceReplaceBackend whether the field of a backend is replaced, which stays otherwise
 */
public record HstsConfig(boolean enabled, int maxAgeSeconds, boolean includeSubdomains, boolean preload,
                         boolean forceReplaceBackend) {
    /** One year. */
    public static final int DEFAULT_MAX_AGE_SECONDS = 31_536_000;

    /**
     * Checks the range.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public HstsConfig {
        Texts.range("hsts.max_age", maxAgeSeconds, 0, Integer.MAX_VALUE);
    }

    /** Returns whether the makers of browsers take the host into their lists, where it asks for that. */
    public boolean isFitForPreload() {
        return maxAgeSeconds >= DEFAULT_MAX_AGE_SECONDS && includeSubdomains;
    }
}
