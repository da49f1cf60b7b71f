package io.sozu.master;

/** The proxy cannot start; the message is one line that names the place and the cure. */
final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    StartException(final String message) {
        super(message);
    }
}
