package io.sozu.master.names;

/** Starts look-ups that end later, on the thread that started them, or never. */
@FunctionalInterface
public interface Lookups {
    /** Starts a look-up; the end is told to {@code handler} at most once. */
    void start(String host, LookupHandler handler);

    /** Hears that a look-up takes long: others are not to wait for it. */
    default void relieve() {
    }
}
