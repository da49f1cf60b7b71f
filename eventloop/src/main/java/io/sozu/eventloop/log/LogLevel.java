package io.sozu.eventloop.log;

import java.util.Locale;

/** How much a line matters, most urgent first. */
public enum LogLevel {
    ERROR, WARN, INFO, DEBUG, TRACE;

    /** Returns whether a log at this level takes a line of another. */
    public boolean includes(final LogLevel line) {
        return line.ordinal() <= ordinal();
    }

    /**
     * Reads a level as the configuration writes it.
     *
     * @throws IllegalArgumentException when there is no such level
     */
    public static LogLevel parse(final String text) {
        for (final LogLevel level : values()) {
            if (level.name().equals(text.toUpperCase(Locale.ROOT))) {
                return level;
            }
        }
        throw new IllegalArgumentException("no log level \"" + text
                + "\": use error, warn, info, debug or trace");
    }
}
