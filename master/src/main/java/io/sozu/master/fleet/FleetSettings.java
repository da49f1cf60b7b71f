package io.sozu.master.fleet;

import io.sozu.channel.ChannelLimits;

/**
 * How a fleet is kept.
 *
 * @param workerCount number of slots with sockets of their own
 * @param spare whether there is a worker more, which has none and serves those of one that died
 * @param restarts whether a worker that died is replaced
 * @param workerTimeoutNanos how long a worker may take to answer
 * @param drainNanos how long a soft stop waits for sessions
 * @param affinity whether each worker is bound to a CPU of its own, from the second one on
 * @param channel buffers of a worker's channel
 */
public record FleetSettings(int workerCount, boolean spare, boolean restarts, long workerTimeoutNanos,
        long drainNanos, boolean affinity, ChannelLimits channel) {
    /** How often each worker is asked how it is. */
    public static final long HEARTBEAT_NANOS = 2_000_000_000L;
    /** How long a slot may be vacant before its sockets are lent, while its first worker starts. */
    public static final long LEND_AFTER_NANOS = 1_000_000_000L;
    /** How long a process may outlive its channel, its drain deadline or a hard stop. */
    public static final long KILL_AFTER_NANOS = 3_000_000_000L;
}
