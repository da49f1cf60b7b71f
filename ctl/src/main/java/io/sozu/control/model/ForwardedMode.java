package io.sozu.control.model;

import java.util.Locale;

/** What a listener does with the fields that tell a backend who asked. */
public enum ForwardedMode {
    /** What the client sent is dropped, ours is written. */
    REPLACE,
    /** Ours is added to what the client sent. */
    APPEND,
    /** Nothing is added and nothing is taken away. */
    OFF;

    /** The name in orders and files. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
