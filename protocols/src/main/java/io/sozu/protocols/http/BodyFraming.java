package io.sozu.protocols.http;

/** How the end of a message's body is known (RFC 9112, section 6.3). */
public enum BodyFraming {
    /** There is no body. */
    NONE,
    /** The body has as many bytes as {@link HeadView#contentLength} says, possibly none. */
    LENGTH,
    /** The body is a sequence of chunks. */
    CHUNKED,
    /** The body ends with the connection; responses only. */
    UNTIL_CLOSE;

    private static final BodyFraming[] ALL = values();

    /** Returns the small number that stands for this framing in slots. */
    public int id() {
        return ordinal();
    }

    /** Returns the framing with an id. */
    public static BodyFraming of(final int id) {
        return ALL[id];
    }
}
