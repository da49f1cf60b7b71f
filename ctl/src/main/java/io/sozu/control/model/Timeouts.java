package io.sozu.control.model;

/**
 * The timeouts of a listener, in seconds.
 *
 * @param frontSeconds how long a client may stay silent
 * @param backSeconds how long a backend may stay silent
 * @param connectSeconds how long a backend may take to accept a connection
 * @param requestSeconds how long a request head may take to arrive
 * @param keepaliveSeconds how long a client may stay silent between requests; 0 for as long as within one
 * @param responseSeconds how long a backend may stay silent before its response; 0 for as long as within it
 */
public record Timeouts(int frontSeconds, int backSeconds, int connectSeconds, int requestSeconds,
                       int keepaliveSeconds, int responseSeconds) {
    /** What holds where nothing is said. */
    public static final Timeouts DEFAULT = new Timeouts(60, 30, 3, 10, 0, 0);

    /** The longest timeout there is: a year. */
    public static final int MAX_SECONDS = 31_536_000;

    /**
     * Checks the ranges.
     *
     * @throws InvalidConfigException when one is outside its range
     */
    public Timeouts {
        Texts.range("front_timeout", frontSeconds, 1, MAX_SECONDS);
        Texts.range("back_timeout", backSeconds, 1, MAX_SECONDS);
        Texts.range("connect_timeout", connectSeconds, 1, MAX_SECONDS);
        Texts.range("request_timeout", requestSeconds, 1, MAX_SECONDS);
        Texts.range("keepalive_timeout", keepaliveSeconds, 0, MAX_SECONDS);
        Texts.range("response_timeout", responseSeconds, 0, MAX_SECONDS);
    }
}
