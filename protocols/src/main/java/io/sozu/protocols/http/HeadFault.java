package io.sozu.protocols.http;

/**
 * Why a head or a chunked body is refused: each reason has a name and the status a client gets for it.
 *
 * <p>A fault in a response means 502, whatever its {@link #status}. After any fault the connection is closed.
 */
public enum HeadFault {
    METHOD_CHARACTER(400),
    METHOD_TOO_LONG(501),
    METHOD_CONNECT(501),
    REQUEST_LINE(400),
    TARGET_CHARACTER(400),
    TARGET_FRAGMENT(400),
    TARGET_TOO_LONG(414),
    TARGET_FORM(400),
    TARGET_ENCODING(400),
    TARGET_DOT_SEGMENT(400),
    VERSION_SYNTAX(400),
    VERSION_UNSUPPORTED(505),
    STATUS_LINE(502),
    STATUS_CODE(502),
    UNSOLICITED_UPGRADE(502),
    BARE_LF(400),
    BARE_CR(400),
    LINE_FOLDING(400),
    NAME_EMPTY(400),
    NAME_CHARACTER(400),
    NAME_WITHOUT_COLON(400),
    SPACE_BEFORE_COLON(400),
    VALUE_CHARACTER(400),
    TOO_MANY_FIELDS(431),
    START_LINE_TOO_LARGE(414),
    HEAD_TOO_LARGE(431),
    HOST_MISSING(400),
    HOST_REPEATED(400),
    HOST_SYNTAX(400),
    LENGTH_SYNTAX(400),
    LENGTH_REPEATED(400),
    LENGTH_AND_CODING(400),
    CODING_UNKNOWN(501),
    CODING_REPEATED(400),
    CODING_IN_VERSION_1_0(400),
    CONNECTION_NAMES_FRAMING(400),
    CONNECTION_TOO_LONG(400),
    EXPECTATION_UNKNOWN(417),
    CHUNK_SIZE(400),
    CHUNK_EXTENSION(400),
    CHUNK_LINE_TOO_LONG(400),
    CHUNK_DATA_END(400),
    TRAILERS_TOO_LARGE(431);

    private static final HeadFault[] ALL = values();

    private final int status;

    HeadFault(final int status) {
        this.status = status;
    }

    /** Returns the status of the answer to a request with this fault. */
    public int status() {
        return status;
    }

    /** Returns the negative number by which parsers report this fault. */
    public int result() {
        return -1 - ordinal();
    }

    /** Returns the fault behind a negative result. */
    public static HeadFault of(final int result) {
        return ALL[-1 - result];
    }
}
