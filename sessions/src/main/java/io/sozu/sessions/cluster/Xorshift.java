package io.sozu.sessions.cluster;

/** Random numbers from a seed that replays (xorshift64*): no lock, no allocation; one thread. */
public final class Xorshift {
    private static final long MULTIPLIER = 0x2545f4914f6cdd1dL;
    private long state;

    public Xorshift(final long seed) {
        // Zero is the one state that never leaves itself.
        this.state = seed == 0 ? MULTIPLIER : seed;
    }

    public long next() {
        state ^= state >>> 12;
        state ^= state << 25;
        state ^= state >>> 27;
        return state * MULTIPLIER;
    }

    /** Returns a number from 0 to {@code bound - 1}; {@code bound} is positive. */
    public long below(final long bound) {
        assert bound > 0;
        return Long.remainderUnsigned(next(), bound);
    }
}
