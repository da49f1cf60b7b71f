package io.sozu.worker;

import io.sozu.eventloop.metrics.Counters;

/** The limits that clients may reach: what counts how often, and the keys that set them. */
enum LimitKind {
    LISTENER_CONNECTIONS("listener.limited.connections", "max_connections of a listener"),
    LISTENER_CONNECTION_RATE("listener.limited.connection_rate", "connection_rate of a listener"),
    SOURCE_CONNECTIONS("listener.refused.connections_per_source", "max_connections_per_source"),
    SOURCE_CONNECTION_RATE("listener.refused.connection_rate_per_source", "connection_rate_per_source"),
    LISTENER_REQUESTS("http.refused.listener_request_rate", "request_rate of a listener"),
    LISTENER_SOURCE_REQUESTS("http.refused.listener_request_rate_per_source",
            "request_rate_per_source of a listener"),
    CLUSTER_CONNECTIONS("http.refused.connections_per_ip", "max_connections_per_ip"),
    CLUSTER_REQUESTS("http.refused.cluster_request_rate", "request_rate of a cluster"),
    CLUSTER_SOURCE_REQUESTS("http.refused.cluster_request_rate_per_source",
            "request_rate_per_source of a cluster");

    private final String counter;
    private final String key;

    LimitKind(final String counter, final String key) {
        this.counter = counter;
        this.key = key;
    }

    /** Returns how a log line calls it. */
    String key() {
        return key;
    }

    /** Defines a counter for each; returns their ids in order. */
    static int[] define(final Counters counters) {
        final LimitKind[] kinds = values();
        final int[] ids = new int[kinds.length];
        for (int i = 0; i < kinds.length; i++) {
            ids[i] = counters.count(kinds[i].counter);
        }
        return ids;
    }
}
