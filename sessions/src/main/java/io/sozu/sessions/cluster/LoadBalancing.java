package io.sozu.sessions.cluster;

/** The ways to choose among the usable backends of a cluster. */
public enum LoadBalancing {
    /** In turn, each as often as its weight says. */
    ROUND_ROBIN,
    /** By chance, each as likely as its weight says. */
    RANDOM,
    /** The one with the least load for its weight. */
    LEAST_LOADED,
    /** The one with less load for its weight, of two chosen by chance. */
    POWER_OF_TWO,
    /** The same for the same key, by rendezvous hashing. */
    HRW,
    /** The same for the same key, by a table. */
    MAGLEV
}
