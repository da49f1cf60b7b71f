package io.sozu.protocols.http;

import io.sozu.sessions.ExchangeTerms;

/**
 * What the machines have to know of a listener.
 *
 * @param forwarded what requests are told of their client; owned by the profile's owner
 * @param terms what its exchanges are granted, where their cluster and frontend say nothing else
 * @param stickyName the name of the cookie that ties clients to backends; not to be changed
 * @param requestTimeoutNanos how long the head of a request may take
 * @param keepaliveTimeoutNanos how long a client may be idle between requests
 * @param maxAgeNanos after how long a connection carries no further request, {@code Long.MAX_VALUE} for never
 * @param maxRequests how many requests a connection may carry, {@code Integer.MAX_VALUE} for any
 * @param maxFields how many header fields a request may have
 * @param maxHeadBytes how long the head of a request may be, {@code Integer.MAX_VALUE} for what a page holds
 * @param noRouteStatus the answer to a request that no frontend takes
 * @param secure whether its clients speak TLS
 * @param bound whether their requests have to be for hosts of the certificate they were served
 */
public record ListenerProfile(ForwardedFields forwarded, ExchangeTerms terms, long requestTimeoutNanos,
        long keepaliveTimeoutNanos, long maxAgeNanos, int maxRequests, int maxFields, int maxHeadBytes,
        int noRouteStatus, byte[] stickyName, boolean secure, boolean bound) {
}
