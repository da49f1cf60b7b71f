package io.sozu.sessions;

import static io.sozu.sessions.ExchangeLayout.REQUEST_RATE;
import static io.sozu.sessions.ExchangeLayout.REQUEST_RATE_OF_SOURCE;
import static io.sozu.sessions.ExchangeLayout.RETRY_AFTER;

import io.sozu.bindings.memory.Memory;

/** What a request was too much for, and what its client is told of that: a part of an {@link Exchange}. */
public final class Excess {
    private long base;

    Excess() {
    }

    void wrap(final long exchange) {
        base = exchange;
    }

    /** Returns the seconds after which the client is asked to come again, 0 for none. */
    public int retryAfterSeconds() {
        return Memory.getInt(base + RETRY_AFTER);
    }

    public void retryAfterSeconds(final int seconds) {
        Memory.putInt(base + RETRY_AFTER, seconds);
    }

    /** Returns the rate a second that the request exceeds, 0 for none. */
    public int rate() {
        return Memory.getInt(base + REQUEST_RATE);
    }

    /** Returns whether that rate is one of each source. */
    public boolean isOfSource() {
        return Memory.getInt(base + REQUEST_RATE_OF_SOURCE) != 0;
    }

    public void rate(final int perSecond, final boolean ofSource) {
        Memory.putInt(base + REQUEST_RATE, perSecond);
        Memory.putInt(base + REQUEST_RATE_OF_SOURCE, ofSource ? 1 : 0);
    }
}
