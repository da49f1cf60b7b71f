package io.sozu.control.model;

/**
 * How a cluster spreads its exchanges.
 *
 * @param loadMetric what counts as load, null for what the algorithm takes by itself
 * @param hashKey what is hashed: {@code source}, {@code path}, {@code header:NAME} or {@code cookie:NAME};
 *     null for the source
 * @param slowStartSeconds how long the share of a new backend grows, 0 for not at all
 */
public record BalancingConfig(LoadBalancing loadBalancing, LoadMetric loadMetric, String hashKey,
                              int slowStartSeconds) {
    /** The longest slow start. */
    public static final int MAX_SLOW_START_SECONDS = 86_400;
    /** In turn, by weight. */
    public static final BalancingConfig DEFAULT = new BalancingConfig(LoadBalancing.ROUND_ROBIN, null);

    /**
     * Checks the fields.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public BalancingConfig {
        if (loadBalancing == null) {
            throw new InvalidConfigException("load_balancing", "is missing; write round_robin");
        }
        if (hashKey != null) {
            checkKey(hashKey);
        }
        Texts.range("slow_start", slowStartSeconds, 0, MAX_SLOW_START_SECONDS);
    }

    /** Makes an algorithm that hashes the source and gives new backends their full share. */
    public BalancingConfig(final LoadBalancing loadBalancing, final LoadMetric loadMetric) {
        this(loadBalancing, loadMetric, null, 0);
    }

    private static void checkKey(final String text) {
        final int colon = text.indexOf(':');
        final String kind = colon < 0 ? text : text.substring(0, colon);
        if (colon < 0 ? !kind.equals("source") && !kind.equals("path")
            : !kind.equals("header") && !kind.equals("cookie")) {
            throw new InvalidConfigException("hash_key", Quote.of(text)
                + " must be source, path, header:NAME or cookie:NAME");
        }
        if (colon >= 0) {
            Texts.token("hash_key", text.substring(colon + 1), Texts.MAX_TOKEN_CHARS);
        }
    }
}
