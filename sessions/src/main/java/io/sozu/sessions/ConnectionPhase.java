package io.sozu.sessions;

/** What a connection is doing. */
public enum ConnectionPhase {
    /** Free slot, or nothing decided yet. */
    NEW,
    /** Back: connect(2) has not been answered. */
    CONNECTING,
    /** A peer and OpenSSL agree on how to speak. */
    HANDSHAKE,
    /** Front: between requests. Back: pooled. It has no exchange, and no page but for held surplus. */
    IDLE,
    /** Front: the head of a request is partly received. */
    READING_HEAD,
    /** It serves one exchange or more. */
    EXCHANGE,
    /** Front: the last answer is sent and our sending ended; what still comes is read and discarded. */
    LINGERING;

    private static final ConnectionPhase[] ALL = values();

    static ConnectionPhase of(final int ordinal) {
        return ALL[ordinal];
    }

    /** Returns whether a connection may go from this phase to another. */
    public boolean mayBecome(final ConnectionPhase next) {
        return switch (this) {
            case NEW -> next == CONNECTING || next == IDLE || next == HANDSHAKE;
            case HANDSHAKE -> next == IDLE || next == LINGERING || next == EXCHANGE;
            case CONNECTING -> next == EXCHANGE || next == HANDSHAKE;
            case IDLE -> next == READING_HEAD || next == EXCHANGE || next == LINGERING;
            case READING_HEAD -> next == EXCHANGE || next == IDLE || next == LINGERING;
            case EXCHANGE -> next == IDLE || next == LINGERING;
            case LINGERING -> false;
        };
    }
}
