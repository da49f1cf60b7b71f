package io.sozu.ctl;

/** An end of the command other than an answer; the message is one line for people, with the cure. */
final class CtlException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    CtlException(final int exitCode, final String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
