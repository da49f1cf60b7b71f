package io.sozu.control.model;

/**
 * What a cluster or a frontend grants its exchanges in place of what stands above it; null for what it says
 * nothing of.
 *
 * @param frontSeconds how long a client may stay silent within an exchange
 * @param backSeconds how long a backend may stay silent within its response
 * @param connectSeconds how long a backend may take to accept a connection
 * @param responseSeconds how long a backend may stay silent before its response
 * @param minBodyRate bytes a second that a client has to send of a body; 0 for any
 * @param maxBodyBytes the longest body of a request; 0 for any
 */
public record ExchangeTerms(Integer frontSeconds, Integer backSeconds, Integer connectSeconds,
                            Integer responseSeconds, Integer minBodyRate, Long maxBodyBytes) {
    /** Says nothing. */
    public static final ExchangeTerms NONE = new ExchangeTerms(null, null, null, null, null, null);

    /**
     * Checks the ranges of what is said.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public ExchangeTerms {
        seconds("front_timeout", frontSeconds);
        seconds("back_timeout", backSeconds);
        seconds("connect_timeout", connectSeconds);
        seconds("response_timeout", responseSeconds);
        if (minBodyRate != null) {
            Texts.range("min_body_rate", minBodyRate, 0, ListenerLimits.MAX_BODY_RATE);
        }
        if (maxBodyBytes != null) {
            Texts.range("max_body_size", maxBodyBytes, 0, ListenerLimits.MAX_BODY_BYTES);
        }
    }

    private static void seconds(final String name, final Integer value) {
        if (value != null) {
            Texts.range(name, value, 1, Timeouts.MAX_SECONDS);
        }
    }
}
