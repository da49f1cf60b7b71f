package io.sozu.eventloop;

/**
 * What epoll hands back for a descriptor: {@code kind(4) | generation(28) | slot(32)} in one long.
 *
 * <p>The generation of a slot moves on every reuse, so an event that was queued for the former owner is
 * recognised and ignored.
 */
public final class Token {
    /** A listening socket; the slot is the listener's index. */
    public static final int LISTENER = 1;
    /** A connection of the slab, front or back. */
    public static final int CONNECTION = 2;
    /** A channel of frames: a control connection, or a worker's end of the socketpair. */
    public static final int CHANNEL = 3;
    /** The descriptor a signal or another thread wakes the loop by. */
    public static final int SIGNAL = 4;
    /** A child process's pidfd. */
    public static final int PROCESS = 5;
    /** The descriptor by which other threads hand work to the loop. */
    public static final int INBOX = 6;
    /** One more than the largest kind. */
    public static final int KINDS = 7;

    /** Generations count modulo this power of two. */
    public static final int GENERATION_MASK = (1 << 28) - 1;

    private Token() {
    }

    public static long of(final int kind, final int generation, final int slot) {
        assert kind > 0 && kind < KINDS : kind;
        return (long) kind << 60 | (long) (generation & GENERATION_MASK) << 32 | slot & 0xFFFF_FFFFL;
    }

    public static int kind(final long token) {
        return (int) (token >>> 60);
    }

    public static int generation(final long token) {
        return (int) (token >>> 32) & GENERATION_MASK;
    }

    public static int slot(final long token) {
        return (int) token;
    }

    /** Renders a token for a log line or an assertion. */
    public static String describe(final long token) {
        return kind(token) + "/" + slot(token) + "#" + generation(token);
    }
}
