package io.sozu.e2e;

/** What became of one request of a load client, which never tries again. */
enum LoadOutcome {
    /** Answered with exactly the bytes the backend sends for it. */
    OK,
    /** No connection was made: nothing was sent. */
    REFUSED,
    /** The connection was reset before the answer was complete. */
    RESET,
    /** The connection was closed before any byte of the answer. */
    CLOSED,
    /** The connection was closed inside the answer. */
    SHORT,
    /** No complete answer in time. */
    TIMED_OUT,
    /** A complete answer with another status than 200. */
    STATUS,
    /** A 200 with other bytes than asked for, or bytes that are no HTTP. */
    WRONG
}
