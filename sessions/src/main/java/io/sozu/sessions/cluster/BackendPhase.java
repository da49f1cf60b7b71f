package io.sozu.sessions.cluster;

/** Where a backend stands between its addition and the end of its last connection. */
public enum BackendPhase {
    /** Configured: may be picked. */
    NORMAL,
    /** Removed: never picked, lives until its connections and exchanges are gone. */
    CLOSING,
    /** Its last connection is gone: its index and its address are given back. */
    DRAINED
}
