package io.sozu.worker;

/** The limits that clients may reach, by the keys that set them. */
enum LimitKind {
    LISTENER_CONNECTIONS("max_connections of a listener"),
    SOURCE_CONNECTIONS("max_connections_per_source"),
    CLUSTER_CONNECTIONS("max_connections_per_ip");

    private final String key;

    LimitKind(final String key) {
        this.key = key;
    }

    /** Returns how a log line calls it. */
    String key() {
        return key;
    }
}
