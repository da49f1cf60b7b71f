package io.sozu.sessions.cluster;

/** What counts as load of a backend. */
public enum LoadMetric {
    /** Connections that are being opened or serve an exchange; those that wait in the pool are none. */
    CONNECTIONS,
    /** Exchanges that have not ended. */
    REQUESTS,
    /** How long the backend takes to begin a response, times the exchanges it has and the one to come. */
    CONNECTION_TIME
}
