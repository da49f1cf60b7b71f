package io.sozu.sessions.cluster;

/**
 * A change of the configuration that cannot be applied and changed nothing; the message names what and why.
 */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RefusedException(final String message) {
        super(message);
    }
}
