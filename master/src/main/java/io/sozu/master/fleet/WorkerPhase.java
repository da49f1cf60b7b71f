package io.sozu.master.fleet;

/** Where a worker process is in its life. */
public enum WorkerPhase {
    /** Started; it warms up and takes the configuration. */
    STARTING("STARTING"),
    /** It serves. */
    READY("RUNNING"),
    /** It serves no new connections and ends with its sessions. */
    STOPPING("STOPPING"),
    /** The process has ended. */
    STOPPED("STOPPED"),
    /** It has not answered for the worker timeout. */
    NOT_ANSWERING("NOT_ANSWERING");

    private final String runState;

    WorkerPhase(final String runState) {
        this.runState = runState;
    }

    /** Returns the name in answers, {@code RUNNING} for a ready worker. */
    public String runState() {
        return runState;
    }
}
