package io.sozu.sessions;

import static io.sozu.sessions.ExchangeLayout.BACK_TIMEOUT;
import static io.sozu.sessions.ExchangeLayout.CONNECT_TIMEOUT;
import static io.sozu.sessions.ExchangeLayout.FRONT_TIMEOUT;
import static io.sozu.sessions.ExchangeLayout.MAX_BODY;
import static io.sozu.sessions.ExchangeLayout.MIN_BODY_RATE;
import static io.sozu.sessions.ExchangeLayout.RATE_BYTES;
import static io.sozu.sessions.ExchangeLayout.RATE_FROM;
import static io.sozu.sessions.ExchangeLayout.RESPONSE_TIMEOUT;
import static io.sozu.sessions.ExchangeLayout.SECURITY;

import io.sozu.bindings.memory.Memory;

/**
 * The terms an exchange runs under, a part of its slot: those of its listener, then what its cluster
 * and, above it, its frontend say. They were taken when it began, so that an order changes only those to
 * come.
 */
public final class AgreedTerms {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MILLIS_PER_SECOND = 1000;
    private static final long NOT_MEASURED = 0;

    private long base;

    AgreedTerms() {
    }

    void wrap(final long exchangeBase) {
        base = exchangeBase;
    }

    /** Begins with the terms of a listener, which say everything. */
    public void begin(final ExchangeTerms terms) {
        Memory.putLong(base + FRONT_TIMEOUT, terms.frontTimeoutNanos());
        Memory.putLong(base + BACK_TIMEOUT, terms.backTimeoutNanos());
        Memory.putLong(base + CONNECT_TIMEOUT, terms.connectTimeoutNanos());
        Memory.putLong(base + RESPONSE_TIMEOUT, terms.responseTimeoutNanos());
        Memory.putInt(base + MIN_BODY_RATE, terms.minBodyRate());
        Memory.putLong(base + MAX_BODY, terms.maxBodyBytes());
        Memory.putLong(base + SECURITY, terms.security());
    }

    /** Puts what is said in place of what held so far. */
    public void amend(final ExchangeTerms terms) {
        if (terms == ExchangeTerms.NONE) {
            return;
        }
        amend(FRONT_TIMEOUT, terms.frontTimeoutNanos());
        amend(BACK_TIMEOUT, terms.backTimeoutNanos());
        amend(CONNECT_TIMEOUT, terms.connectTimeoutNanos());
        amend(RESPONSE_TIMEOUT, terms.responseTimeoutNanos());
        amend(MAX_BODY, terms.maxBodyBytes());
        amend(SECURITY, terms.security());
        if (terms.minBodyRate() != ExchangeTerms.UNSAID) {
            Memory.putInt(base + MIN_BODY_RATE, terms.minBodyRate());
        }
    }

    private void amend(final int offset, final long value) {
        if (value != ExchangeTerms.UNSAID) {
            Memory.putLong(base + offset, value);
        }
    }

    public long frontTimeoutNanos() {
        return Memory.getLong(base + FRONT_TIMEOUT);
    }

    public long backTimeoutNanos() {
        return Memory.getLong(base + BACK_TIMEOUT);
    }

    public long connectTimeoutNanos() {
        return Memory.getLong(base + CONNECT_TIMEOUT);
    }

    public long responseTimeoutNanos() {
        return Memory.getLong(base + RESPONSE_TIMEOUT);
    }

    public long maxBodyBytes() {
        return Memory.getLong(base + MAX_BODY);
    }

    /** Returns what clients are told of coming by TLS alone, 0 for nothing. */
    public long security() {
        return Memory.getLong(base + SECURITY);
    }

    /**
     * Returns when a client that has a body to send is given up: when it is silent for the front timeout, and
     * when less came in one front timeout than its rate asks for. Each time that enough has come the
     * measuring starts anew.
     *
     * @param bodyBytes what has come of the body so far
     */
    public long bodyDeadlineNanos(final long nowNanos, final long bodyBytes) {
        final long timeoutNanos = frontTimeoutNanos();
        final int rate = Memory.getInt(base + MIN_BODY_RATE);
        if (rate == 0) {
            return nowNanos + timeoutNanos;
        }
        final long fromNanos = Memory.getLong(base + RATE_FROM);
        final long wantedBytes = rate * (timeoutNanos / NANOS_PER_MILLI) / MILLIS_PER_SECOND;
        if (fromNanos == NOT_MEASURED || bodyBytes - Memory.getLong(base + RATE_BYTES) >= wantedBytes) {
            Memory.putLong(base + RATE_FROM, nowNanos);
            Memory.putLong(base + RATE_BYTES, bodyBytes);
            return nowNanos + timeoutNanos;
        }
        return fromNanos + timeoutNanos;
    }

    /** Measures no longer: it is not the client that is slow. */
    public void pauseBody() {
        Memory.putLong(base + RATE_FROM, NOT_MEASURED);
    }
}
