package io.sozu.master;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** The proxy cannot start; the message is one line that names the place and the cure. */
final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    StartException(final String message) {
        super(message);
    }

    /** Says what is wrong with a file, and what to do, without the words of the JDK. */
    static StartException of(final String place, final IOException fault) {
        final IOException origin = fault.getCause() instanceof final IOException cause ? cause : fault;
        return new StartException(place + " cannot be written: " + switch (origin) {
            case NoSuchFileException missing -> "there is no such directory: make it";
            case AccessDeniedException denied -> "this user may not: change the owner or choose another path";
            default -> origin.getMessage();
        });
    }
}
