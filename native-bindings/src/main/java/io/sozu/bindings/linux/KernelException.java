package io.sozu.bindings.linux;

/**
 * A system call failed where failing breaks an invariant: at start-up, or on a descriptor the caller owns.
 */
public final class KernelException extends IllegalStateException {
    private static final long serialVersionUID = 1L;
    private final int errno;

    /**
     * @param call the call as its manual page names it
     * @param result what {@link Kernel} returned: {@code -errno}
     */
    public KernelException(final String call, final long result) {
        super(call + ": " + Errno.describe((int) -result));
        this.errno = (int) -result;
    }

    /** Returns the error number, one of {@link Errno} as a rule. */
    public int errno() {
        return errno;
    }

    /** Returns a result that is not an error, and throws otherwise. */
    public static int check(final String call, final int result) {
        if (result < 0) {
            throw new KernelException(call, result);
        }
        return result;
    }
}
