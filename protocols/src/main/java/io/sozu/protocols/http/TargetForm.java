package io.sozu.protocols.http;

/** The forms of a request target that are served (RFC 9112, section 3.2). */
public enum TargetForm {
    /** A path and perhaps a query. */
    ORIGIN,
    /** Scheme and authority before the path; the authority overrides Host. */
    ABSOLUTE,
    /** {@code *}, of OPTIONS only. */
    ASTERISK
}
