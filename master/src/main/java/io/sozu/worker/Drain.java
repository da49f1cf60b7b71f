package io.sozu.worker;

import io.sozu.eventloop.time.LoopClock;
import io.sozu.protocols.FrontMachine;
import io.sozu.sessions.Connection;
import io.sozu.sessions.Slab;

/**
 * The end of a worker that loses nothing: it takes what its queues hold, serves what it has, tells clients
 * that their connection ends with the next answer, and is done when the last has gone or the deadline has
 * come.
 *
 * <p>A connection that is idle is closed only when it has been so for a second: a client that asks without
 * pause is told in an answer, and does not send into a closed socket.
 */
public final class Drain {
    private static final long STEP_NANOS = 50_000_000;
    private static final long QUEUE_NANOS = 200_000_000;
    private static final long IDLE_NANOS = 1_000_000_000;

    private final Traffic traffic;
    private final LoopClock clock;
    private final ListenerTable listeners;
    private final Acceptor acceptor;
    private final Machines machines;
    private final Closer closer;
    private final int runSlot;
    private final Connection connection;
    private Runnable done;
    private long startedNanos;
    private long deadlineNanos = Long.MAX_VALUE;
    private boolean accepting = true;
    private boolean finished;

    Drain(final Traffic traffic, final LoopClock clock, final ListenerTable listeners,
            final Acceptor acceptor,
            final Machines machines, final Closer closer) {
        this.traffic = traffic;
        this.clock = clock;
        this.listeners = listeners;
        this.acceptor = acceptor;
        this.machines = machines;
        this.closer = closer;
        this.runSlot = drainSlot(traffic);
        this.connection = traffic.newConnection();
    }

    /**
     * Returns the slot of the wheel that the drain's own timer has: behind those of connections and sockets.
     */
    static int drainSlot(final Traffic traffic) {
        return traffic.connections().slots() + Acceptor.SOCKETS_MAX;
    }

    /**
     * Begins; a second call only brings the deadline nearer.
     *
     * @param patienceNanos how long sessions may take
     * @param forGood whether nobody will listen on the sockets afterwards: then they become deaf first
     * @param whenDone called once, on the loop's thread, when nothing is left to serve
     */
    public void start(final long patienceNanos, final boolean forGood, final Runnable whenDone) {
        final long nowNanos = clock.nowNanos();
        deadlineNanos = Math.min(deadlineNanos, nowNanos + patienceNanos);
        if (done == null) {
            done = whenDone;
            startedNanos = nowNanos;
            if (forGood) {
                acceptor.refuseNew();
            }
            for (final FrontMachine machine : machines.fronts()) {
                machine.drain();
            }
            acceptor.runAll();
        }
        traffic.wheel().arm(runSlot, nowNanos + STEP_NANOS);
    }

    /** Returns whether the end has begun. */
    public boolean isStarted() {
        return done != null;
    }

    /** Returns how many front connections are left. */
    public int remaining() {
        return listeners.connections();
    }

    void onTimer(final long nowNanos) {
        if (accepting && nowNanos - startedNanos >= QUEUE_NANOS) {
            accepting = false;
            acceptor.closeAll();
        }
        final boolean late = nowNanos >= deadlineNanos;
        for (int slot = 0; slot < traffic.connections().slots(); slot++) {
            if (traffic.connections().isLive(slot) && (late || mayClose(slot, nowNanos))) {
                closer.close(slot);
            }
        }
        if (late || !accepting && listeners.connections() == 0) {
            acceptor.closeAll();
            finish();
        } else {
            traffic.wheel().arm(runSlot, nowNanos + STEP_NANOS);
        }
    }

    private void finish() {
        if (!finished) {
            finished = true;
            done.run();
        }
    }

    private boolean mayClose(final int slot, final long nowNanos) {
        connection.wrap(slot);
        return connection.isFront() && connection.exchange() == Slab.NONE
                && machines.front(connection.protocol()).isIdle(connection)
                && nowNanos - Math.max(connection.lastActivityNanos(), startedNanos) >= IDLE_NANOS;
    }
}
