package io.sozu.master;

import io.sozu.bindings.linux.Processes;

/** How many file descriptors a process of the proxy may need, against how many it may open. */
final class DescriptorLimit {
    /** Beside connections: epoll, logs, channels, clients of the command socket, what the JVM opens. */
    private static final long SPARE = 200;

    private DescriptorLimit() {
    }

    /**
     * Raises the limit of this process, which its workers inherit.
     *
     * @param maxConnections front connections of a worker; each may need a back connection
     * @param listeners number of listeners
     * @throws StartException when the hard limit is too low
     */
    static void raise(final Processes processes, final int maxConnections, final int listeners,
            final int workers)
            throws StartException {
        final long fixed = SPARE + (long) listeners * workers;
        final long needed = 2L * maxConnections + fixed;
        final long hard = processes.fdLimitHard();
        if (hard < needed && processes.raiseFdLimit(needed) < 0) {
            final long possible = (hard - fixed) / 2;
            throw new StartException("max_connections = " + maxConnections + " needs " + needed
                    + " file descriptors in each worker, and the limit is " + hard
                    + ": raise it (ulimit -n " + needed
                    + ", or LimitNOFILE=" + needed + " in a systemd unit)" + (possible > 0
                    ? " or set max_connections to at most " + possible : ""));
        }
        if (processes.fdLimitSoft() < needed) {
            processes.raiseFdLimit(Math.max(needed, Math.min(hard, needed)));
        }
    }
}
