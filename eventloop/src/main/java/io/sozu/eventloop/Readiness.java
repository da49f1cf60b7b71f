package io.sozu.eventloop;

import io.sozu.bindings.linux.EpollFlags;

/**
 * What a descriptor can do and what its owner wants of it, in one int word: events low, interest above.
 *
 * <p>The kernel's edges set event bits; only the call that got EAGAIN (or a short count) clears them. A slot
 * is runnable while an event it is interested in stands. Pure functions of the word.
 *
 * <pre>
 *   0 READ  1 WRITE  2 HANGUP  3 ERROR  |  8..11 interest in the same
 * </pre>
 */
public final class Readiness {
    public static final int READ = 1;
    public static final int WRITE = 1 << 1;
    /** The peer has ended its sending (EPOLLRDHUP) or both ways are closed (EPOLLHUP). */
    public static final int HANGUP = 1 << 2;
    public static final int ERROR = 1 << 3;
    public static final int ALL = READ | WRITE | HANGUP | ERROR;

    private static final int INTEREST_SHIFT = 8;
    private static final String LETTERS = "rwhe";

    private Readiness() {
    }

    /** Returns the bits that are both there and wanted. */
    public static int runnable(final int word) {
        return word & word >>> INTEREST_SHIFT & ALL;
    }

    public static int events(final int word) {
        return word & ALL;
    }

    public static int interest(final int word) {
        return word >>> INTEREST_SHIFT & ALL;
    }

    public static int withEvents(final int word, final int bits) {
        return word | bits;
    }

    public static int withoutEvents(final int word, final int bits) {
        return word & ~bits;
    }

    public static int withInterest(final int word, final int bits) {
        return word | bits << INTEREST_SHIFT;
    }

    public static int withoutInterest(final int word, final int bits) {
        return word & ~(bits << INTEREST_SHIFT);
    }

    /** Translates the bits of {@link EpollFlags}. */
    public static int fromEpoll(final int epollBits) {
        int bits = 0;
        if ((epollBits & EpollFlags.IN) != 0) {
            bits |= READ;
        }
        if ((epollBits & EpollFlags.OUT) != 0) {
            bits |= WRITE;
        }
        if ((epollBits & (EpollFlags.RDHUP | EpollFlags.HUP)) != 0) {
            bits |= HANGUP;
        }
        if ((epollBits & EpollFlags.ERR) != 0) {
            bits |= ERROR;
        }
        return bits;
    }

    /**
     * Renders a word as {@code I(rw)&E(r-)=r-}; hang-up and error appear as {@code h} and {@code e} when set.
     */
    public static String describe(final int word) {
        return "I(" + letters(interest(word)) + ")&E(" + letters(events(word)) + ")="
                + letters(runnable(word));
    }

    private static String letters(final int bits) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < LETTERS.length(); i++) {
            final boolean set = (bits & 1 << i) != 0;
            if (set || i < 2) {
                text.append(set ? LETTERS.charAt(i) : '-');
            }
        }
        return text.toString();
    }
}
