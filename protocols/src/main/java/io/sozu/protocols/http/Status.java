package io.sozu.protocols.http;

/** Status codes the proxy answers with by itself, and what a code says about its message. */
public enum Status {
    MOVED_PERMANENTLY(301, "Moved Permanently"),
    FOUND(302, "Found"),
    PERMANENT_REDIRECT(308, "Permanent Redirect"),
    BAD_REQUEST(400, "Bad Request"),
    UNAUTHORIZED(401, "Unauthorized"),
    FORBIDDEN(403, "Forbidden"),
    NOT_FOUND(404, "Not Found"),
    METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
    REQUEST_TIMEOUT(408, "Request Timeout"),
    CONTENT_TOO_LARGE(413, "Content Too Large"),
    URI_TOO_LONG(414, "URI Too Long"),
    EXPECTATION_FAILED(417, "Expectation Failed"),
    MISDIRECTED_REQUEST(421, "Misdirected Request"),
    TOO_MANY_REQUESTS(429, "Too Many Requests"),
    HEAD_TOO_LARGE(431, "Request Header Fields Too Large"),
    INTERNAL_ERROR(500, "Internal Server Error"),
    NOT_IMPLEMENTED(501, "Not Implemented"),
    BAD_GATEWAY(502, "Bad Gateway"),
    SERVICE_UNAVAILABLE(503, "Service Unavailable"),
    GATEWAY_TIMEOUT(504, "Gateway Timeout"),
    VERSION_NOT_SUPPORTED(505, "HTTP Version Not Supported"),
    INSUFFICIENT_STORAGE(507, "Insufficient Storage");

    private final int code;
    private final String reason;

    Status(final int code, final String reason) {
        this.code = code;
        this.reason = reason;
    }

    public int code() {
        return code;
    }

    public String reason() {
        return reason;
    }

    /** Tells whether the answer holds until further notice, so that clients may keep it. */
    boolean isPermanent() {
        return this == MOVED_PERMANENTLY || this == PERMANENT_REDIRECT;
    }

    /** Tells whether another, final response to the same request follows. */
    public static boolean isInterim(final int code) {
        return code < 200;
    }

    /** Tells whether a response with this code never has a body, whatever its fields say (RFC 9112, 6.3). */
    public static boolean isBodiless(final int code) {
        return code < 200 || code == 204 || code == 304;
    }
}
