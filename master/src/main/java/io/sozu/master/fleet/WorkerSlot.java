package io.sozu.master.fleet;

/** A place for one worker: its process now, and who serves its listening sockets while there is none. */
final class WorkerSlot {
    private final int number;
    private final boolean spare;
    private final RestartPolicy policy = new RestartPolicy();
    private WorkerProcess process;
    private WorkerProcess borrower;
    private Alarms.Alarm restart;

    /** @param spare whether it has no sockets, only those that are lent to it */
    WorkerSlot(final int number, final boolean spare) {
        this.number = number;
        this.spare = spare;
    }

    boolean isSpare() {
        return spare;
    }

    int number() {
        return number;
    }

    RestartPolicy policy() {
        return policy;
    }

    /** Returns the process that holds the slot, starting or serving; null while it is vacant. */
    WorkerProcess process() {
        return process;
    }

    void process(final WorkerProcess newProcess) {
        process = newProcess;
    }

    /** Returns the worker of another slot that the sockets are lent to, or null. */
    WorkerProcess borrower() {
        return borrower;
    }

    void borrower(final WorkerProcess newBorrower) {
        borrower = newBorrower;
    }

    boolean isServed() {
        return process != null && process.isServing();
    }

    /** Notes when the next process will be started, in place of a former plan. */
    void restart(final Alarms.Alarm alarm) {
        if (restart != null) {
            restart.cancel();
        }
        restart = alarm;
    }
}
