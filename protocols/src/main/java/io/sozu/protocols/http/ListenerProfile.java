package io.sozu.protocols.http;

/**
 * What the machines have to know of a listener.
 *
 * @param forwarded what requests are told of their client; owned by the profile's owner
 * @param requestTimeoutNanos how long the head of a request may take
 * @param frontTimeoutNanos how long a client may be idle, between requests or within one
 * @param backTimeoutNanos how long a backend may be idle within an exchange
 * @param connectTimeoutNanos how long a backend may take to accept a connection
 * @param maxBodyBytes the longest body of a request, {@code Long.MAX_VALUE} for any
 * @param maxRequests how many requests a connection may carry, {@code Integer.MAX_VALUE} for any
 */
public record ListenerProfile(ForwardedFields forwarded, long requestTimeoutNanos, long frontTimeoutNanos,
        long backTimeoutNanos, long connectTimeoutNanos, long maxBodyBytes, int maxRequests) {
}
