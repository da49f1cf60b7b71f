package io.sozu.master;

import io.sozu.bindings.linux.Processes;
import io.sozu.master.state.Settings;

/**
 * How many file descriptors a process of the proxy may need, against how many it may open.
 *
 * @param maxConnections front connections that each worker can serve
 * @param remark that this is less than is usual, and the cure; null when it is not
 * @param problem why the proxy cannot start, and the cure; null when it can
 */
record DescriptorLimit(int maxConnections, String remark, String problem) {
    /** Beside connections: epoll, logs, channels, clients of the command socket, what the JVM opens. */
    private static final long SPARE = 200;

    /** Raises the limit of this process, which its workers inherit, as far as is needed and possible. */
    static DescriptorLimit raise(final Processes processes, final Settings.Limits limits, final int listeners,
            final int workers) {
        final long fixed = SPARE + (long) listeners * workers;
        final long wanted = needed(limits.maxConnections(), fixed);
        final boolean admitted = processes.fdLimitHard() >= wanted || processes.raiseFdLimit(wanted) >= 0;
        final DescriptorLimit limit = fit(limits, fixed, admitted ? wanted : processes.fdLimitHard());
        final long needed = needed(limit.maxConnections, fixed);
        if (limit.problem == null && processes.fdLimitSoft() < needed) {
            processes.raiseFdLimit(needed);
        }
        return limit;
    }

    /** Each front connection may need a back connection. */
    private static long needed(final int connections, final long fixed) {
        return 2L * connections + fixed;
    }

    /**
     * Decides what fits: a number that the configuration names is taken or refused, the default gives way.
     *
     * @param fixed descriptors of a worker that are not for connections
     * @param admitted descriptors that a process may open
     */
    static DescriptorLimit fit(final Settings.Limits limits, final long fixed, final long admitted) {
        final int wanted = limits.maxConnections();
        final long needed = needed(wanted, fixed);
        final int possible = Math.clamp((admitted - fixed) / 2, 0, wanted);
        final String cure = "ulimit -n " + needed + ", or LimitNOFILE=" + needed + " in a systemd unit";
        if (possible == wanted) {
            return new DescriptorLimit(wanted, null, null);
        }
        if (limits.connectionsGiven() || possible == 0) {
            return new DescriptorLimit(wanted, null, "max_connections = " + wanted + " needs " + needed
                    + " file descriptors in each worker, and the limit is " + admitted + ": raise it ("
                    + cure + ")"
                    + (possible > 0 ? " or set max_connections to at most " + possible : ""));
        }
        return new DescriptorLimit(possible, "max_connections is " + possible
                + " in each worker: the limit of "
                + admitted + " file descriptors admits no more; for " + wanted + " raise it (" + cure + ")",
                null);
    }
}
