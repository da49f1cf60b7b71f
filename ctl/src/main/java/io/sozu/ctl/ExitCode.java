package io.sozu.ctl;

/** What the process says when it ends; scripts rely on these numbers. */
final class ExitCode {
    /** The order was obeyed. */
    static final int OK = 0;
    /** The master refused the order, or a worker did. */
    static final int REFUSED = 1;
    /** The command line makes no order. */
    static final int USAGE = 2;
    /** No master listens, or it may not be spoken to: nothing was changed. */
    static final int NO_MASTER = 3;
    /** The order was sent and no last answer came: it may have been obeyed or not. */
    static final int NO_ANSWER = 4;

    private ExitCode() {
    }
}
