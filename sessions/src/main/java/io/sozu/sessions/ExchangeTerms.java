package io.sozu.sessions;

/**
 * What an operator grants an exchange: as a listener says it for all of its exchanges, or as far as a cluster
 * or a frontend says something else.
 *
 * @param frontTimeoutNanos how long a client may be silent within an exchange
 * @param backTimeoutNanos how long a backend may be silent within its response
 * @param connectTimeoutNanos how long a backend may take to accept a connection
 * @param responseTimeoutNanos how long a backend may be silent before its response
 * @param minBodyRate bytes a second that a client has to send of a body, 0 for any
 * @param maxBodyBytes the longest body of a request, {@code Long.MAX_VALUE} for any
 * @param security what clients are told of coming by TLS alone, in the protocols' own words; 0 for nothing
 */
public record ExchangeTerms(long frontTimeoutNanos, long backTimeoutNanos, long connectTimeoutNanos,
        long responseTimeoutNanos, int minBodyRate, long maxBodyBytes, long security) {
    /** The value of what is not said here. */
    public static final int UNSAID = -1;
    /** Says nothing. */
    public static final ExchangeTerms NONE =
            new ExchangeTerms(UNSAID, UNSAID, UNSAID, UNSAID, UNSAID, UNSAID, UNSAID);
}
