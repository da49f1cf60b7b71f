package io.sozu.control;

import java.util.OptionalInt;

/**
 * What a client sends: one order and the id its answers will carry.
 *
 * @param workerId the one worker addressed, empty for all
 */
public record Envelope(String id, OptionalInt workerId, Order order) {
    /** The version of the envelope that is spoken. */
    public static final int VERSION = 0;

    /** Wraps an order for every worker. */
    public static Envelope of(final String id, final Order order) {
        return new Envelope(id, OptionalInt.empty(), order);
    }
}
