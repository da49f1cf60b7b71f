package io.sozu.master.state;

/**
 * An order that the state cannot take; nothing was changed. The message is one line with the place and the
 * cure.
 */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    public RefusedException(final String message) {
        super(message);
    }
}
