package io.sozu.sessions;

/** How a body stands in a half, and so what its writer can do with it. */
public enum BodyForm {
    /** Plain bytes whose count the head states, or none at all. */
    COUNTED,
    /** Chunk lines, data and trailers as RFC 9112, section 7.1, has them, in their shortest form. */
    CHUNKED,
    /** Plain bytes that nobody has counted: the end of the half is the end of the body. */
    UNTIL_END;

    private static final BodyForm[] ALL = values();

    static BodyForm of(final int ordinal) {
        return ALL[ordinal];
    }
}
