package io.sozu.sessions;

import io.sozu.bindings.linux.Errno;

/**
 * What went wrong with an exchange: who is guilty, whether the request may be tried on another backend, and
 * what the client is told while no byte of a response has left.
 */
public enum Fault {
    NONE(null, Retry.NEVER, 0),
    /** The head of a request never came whole. */
    REQUEST_HEAD_TIMEOUT(Side.FRONT, Retry.NEVER, 408),
    /** The body of a request stopped coming. */
    REQUEST_BODY_TIMEOUT(Side.FRONT, Retry.NEVER, 408),
    /** The body of a request broke the rules of its framing. */
    REQUEST_MALFORMED(Side.FRONT, Retry.NEVER, 400),
    /** The trailers of a request do not fit. */
    REQUEST_TRAILERS_TOO_LARGE(Side.FRONT, Retry.NEVER, 431),
    /** The body of a request is longer than its listener takes. */
    REQUEST_TOO_LARGE(Side.FRONT, Retry.NEVER, 413),
    /** The client ended its sending within a request. */
    REQUEST_CUT(Side.FRONT, Retry.NEVER, 400),
    /** The client's address has as many connections to the cluster as it may have. */
    TOO_MANY_CONNECTIONS(Side.FRONT, Retry.NEVER, 429),
    /** More requests come than the listener, the cluster or one source may have in this time. */
    TOO_MANY_REQUESTS(Side.FRONT, Retry.NEVER, 429),
    /** The certificate of the connection is not one of the host that is asked for. */
    MISDIRECTED(Side.FRONT, Retry.NEVER, 421),
    /** No cluster, or none of its backends can be used. */
    NO_BACKEND(Side.BACK, Retry.NEVER, 503),
    /** No slot or descriptor is left for a connection to a backend. */
    NO_SLOT(Side.BACK, Retry.NEVER, 503),
    /** The cluster's backends have all they may have, and as many exchanges wait as may. */
    QUEUE_FULL(Side.BACK, Retry.NEVER, 503),
    /** No backend had room in time. */
    QUEUE_TIMEOUT(Side.BACK, Retry.NEVER, 503),
    CONNECT_REFUSED(Side.BACK, Retry.ALWAYS, 503),
    CONNECT_TIMEOUT(Side.BACK, Retry.ALWAYS, 503),
    /** A backend broke its handshake off, or does not speak TLS as we do. */
    HANDSHAKE_FAILED(Side.BACK, Retry.ALWAYS, 502),
    /** A backend did not end its handshake in time. */
    HANDSHAKE_TIMEOUT(Side.BACK, Retry.ALWAYS, 504),
    /** A backend's certificate is not accepted. */
    CERTIFICATE_REFUSED(Side.BACK, Retry.NEVER, 502),
    /** A backend closed or reset before the first byte of its response. */
    BACKEND_CLOSED(Side.BACK, Retry.IDEMPOTENT_ON_REUSED, 502),
    /** A backend closed or reset within the head of its response. */
    RESPONSE_HEAD_CUT(Side.BACK, Retry.NEVER, 502),
    /** A backend closed or reset within the body of its response. */
    RESPONSE_BODY_CUT(Side.BACK, Retry.NEVER, 502),
    RESPONSE_MALFORMED(Side.BACK, Retry.NEVER, 502),
    /** A backend did not begin to answer in time. */
    RESPONSE_TIMEOUT(Side.BACK, Retry.NEVER, 504),
    /** A response stopped coming. */
    RESPONSE_BODY_TIMEOUT(Side.BACK, Retry.NEVER, 504);

    /** When another backend may be given the request. */
    public enum Retry {
        NEVER,
        /** Nothing of the request has left. */
        ALWAYS,
        /** Lawful only for an idempotent method whose connection was taken from the pool. */
        IDEMPOTENT_ON_REUSED
    }

    private static final Fault[] ALL = values();
    private final Side guilty;
    private final Retry retry;
    private final int status;

    Fault(final Side guilty, final Retry retry, final int status) {
        this.guilty = guilty;
        this.retry = retry;
        this.status = status;
    }

    static Fault of(final int ordinal) {
        return ALL[ordinal];
    }

    /** Returns the fault of a connect(2) that has ended with an errno. */
    public static Fault ofConnect(final int errno) {
        return errno == Errno.ETIMEDOUT ? CONNECT_TIMEOUT : CONNECT_REFUSED;
    }

    /** Returns the side that is guilty, null for {@link #NONE}. */
    public Side guilty() {
        return guilty;
    }

    public Retry retry() {
        return retry;
    }

    /**
     * Returns whether a backend took the request and served it badly: resets, garbage, silence, or the wrong
     * certificate.
     */
    public boolean isFailureOfBackend() {
        return this == CERTIFICATE_REFUSED || this == BACKEND_CLOSED
                || ordinal() >= RESPONSE_HEAD_CUT.ordinal();
    }

    /** Returns the status of the generated answer. */
    public int status() {
        return status;
    }
}
