package io.sozu.bindings.linux;

/**
 * How a process ended.
 *
 * @param pid the process
 * @param code what it returned, -1 when a signal ended it
 * @param signal the signal that ended it, 0 when none did
 */
public record Exit(int pid, int code, int signal) {
    private static final int SIGNAL_MASK = 0x7f;
    private static final int CODE_SHIFT = 8;
    private static final int CODE_MASK = 0xff;

    /** Reads the status word of waitpid(2). */
    static Exit of(final int pid, final int status) {
        final int signal = status & SIGNAL_MASK;
        return new Exit(pid, signal == 0 ? status >> CODE_SHIFT & CODE_MASK : -1, signal);
    }

    /** Tells whether it ended by itself and returned 0. */
    public boolean isSuccess() {
        return code == 0;
    }

    /** Returns it as text: {@code exited with code 1}, {@code killed by signal 9}. */
    public String describe() {
        return signal == 0 ? "exited with code " + code : "killed by signal " + signal;
    }
}
