package io.sozu.control.model;

/**
 * The four timeouts of a listener, in seconds.
 *
 * @param frontSeconds how long a client may stay silent
 * @param backSeconds how long a backend may stay silent
 * @param connectSeconds how long a backend may take to accept a connection
 * @param requestSeconds how long a request head may take to arrive
 */
public record Timeouts(int frontSeconds, int backSeconds, int connectSeconds, int requestSeconds) {
    /** What holds where nothing is said. */
    public static final Timeouts DEFAULT = new Timeouts(60, 30, 3, 10);

    /** The longest timeout there is: a year. */
    public static final int MAX_SECONDS = 31_536_000;

    /**
     * Checks the ranges.
     *
     * @throws InvalidConfigException when one is outside 1 to {@link #MAX_SECONDS}
     */
    public Timeouts {
        Texts.range("front_timeout", frontSeconds, 1, MAX_SECONDS);
        Texts.range("back_timeout", backSeconds, 1, MAX_SECONDS);
        Texts.range("connect_timeout", connectSeconds, 1, MAX_SECONDS);
        Texts.range("request_timeout", requestSeconds, 1, MAX_SECONDS);
    }
}
