package io.sozu.sessions.cluster;

/** The ways to choose among the usable backends of a cluster. */
public enum LoadBalancing {
    /** In turn, each as often as its weight says. */
    ROUND_ROBIN
}
