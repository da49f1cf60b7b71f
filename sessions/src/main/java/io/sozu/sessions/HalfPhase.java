package io.sozu.sessions;

/** How far the reading side of a half has come. */
public enum HalfPhase {
    /** The head is not complete, or only interim heads were. */
    HEAD,
    /** The final head is there, the body is not at its end. */
    BODY,
    /** All of the message has been read and released. */
    ENDED,
    /** The message was cut: what was released may be written, then the writer must make the cut visible. */
    CUT;

    private static final HalfPhase[] ALL = values();

    static HalfPhase of(final int ordinal) {
        return ALL[ordinal];
    }

    /** Returns whether a half may go from this phase to another. */
    public boolean mayBecome(final HalfPhase next) {
        return switch (this) {
            case HEAD -> next != HEAD;
            case BODY -> next == ENDED || next == CUT;
            case ENDED, CUT -> false;
        };
    }
}
