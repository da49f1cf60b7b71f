package io.sozu.sessions;

/** On which side of the proxy a connection stands. */
public enum Side {
    /** Towards the client. */
    FRONT,
    /** Towards a backend. */
    BACK
}
