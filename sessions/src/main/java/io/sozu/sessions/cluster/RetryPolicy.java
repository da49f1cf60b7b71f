package io.sozu.sessions.cluster;

/**
 * Which backends an exchange has tried, as a set of at most {@link #MAX_ATTEMPTS} backend indexes in one
 * long that fits its slot: an exchange tries each backend once, and at most three of them.
 *
 * <pre>
 *   63 unused | 62..42 third index + 1 | 41..21 second index + 1 | 20..0 first index + 1 (0 = none)
 * </pre>
 */
public final class RetryPolicy {
    /** How many different backends an exchange tries before its client gets a 503. */
    public static final int MAX_ATTEMPTS = 3;
    /** No backend was tried yet. */
    public static final long NONE_TRIED = 0;
    private static final int INDEX_BITS = 21;
    private static final long INDEX_MASK = (1L << INDEX_BITS) - 1;
    /** Backend indexes are smaller than this. */
    static final int MAX_INDEXES = (int) INDEX_MASK;

    private RetryPolicy() {
    }

    /** Returns the set with one more backend; {@link #mayRetry} must have been true. */
    public static long tried(final long set, final int backendIndex) {
        assert mayRetry(set) : "more than " + MAX_ATTEMPTS + " attempts";
        assert backendIndex >= 0 && backendIndex < MAX_INDEXES : backendIndex;
        return set | (backendIndex + 1L) << INDEX_BITS * attempts(set);
    }

    /** Tells whether the backend was tried. */
    public static boolean contains(final long set, final int backendIndex) {
        final long field = backendIndex + 1L;
        return (set & INDEX_MASK) == field
                || (set >>> INDEX_BITS & INDEX_MASK) == field
                || (set >>> 2 * INDEX_BITS & INDEX_MASK) == field;
    }

    /** Returns how many backends were tried. */
    public static int attempts(final long set) {
        return (Long.SIZE - Long.numberOfLeadingZeros(set) + INDEX_BITS - 1) / INDEX_BITS;
    }

    /** Tells whether one more backend may be tried. */
    public static boolean mayRetry(final long set) {
        return attempts(set) < MAX_ATTEMPTS;
    }
}
