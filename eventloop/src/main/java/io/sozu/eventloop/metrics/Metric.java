package io.sozu.eventloop.metrics;

/**
 * One number a process publishes.
 *
 * @param id its index in the {@link Counters} that defined it
 * @param name dotted lower-case text such as {@code http.requests}
 * @param kind how readers are to combine its values
 */
public record Metric(int id, String name, Kind kind) {
    /** How values of several workers, or of one worker at two times, relate. */
    public enum Kind {
        /** Only grows; the difference of two readings is a rate. */
        COUNT,
        /** Goes up and down; only the latest value means something. */
        GAUGE
    }
}
