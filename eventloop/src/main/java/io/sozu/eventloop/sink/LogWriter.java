package io.sozu.eventloop.sink;

import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.eventloop.log.LogRing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The one thread of a process that takes lines out of rings and may block on their targets.
 *
 * <p>Sleeps while nothing is logged; under load it takes a batch every few milliseconds, so that the loop's
 * thread wakes it seldom. A target that blocks holds up the other targets too: their rings fill, drop and
 * count. Owns the rings and sinks it was given.
 */
public final class LogWriter implements AutoCloseable {
    /** The most bytes a sink is given at once. */
    static final int BATCH_BYTES = 64 * 1024;
    private static final long NAP_NANOS = 5_000_000;
    private static final long SLEEP_NANOS = 1_000_000_000;
    private static final long CLOSE_NANOS = 1_000_000_000;

    private record Lane(LogRing ring, LogSink sink) {
    }

    private final List<Lane> lanes = new ArrayList<>();
    private final Thread thread = new Thread(this::work, "log-writer");
    private long batch;
    private volatile boolean closing;
    private volatile long deadlineNanos;

    /** Makes a writer without lanes and without a running thread. */
    public LogWriter() {
        thread.setDaemon(true);
    }

    /** Adds a ring and where its lines go, before {@link #start}. */
    public void add(final LogRing ring, final LogSink sink) {
        ring.onWake(() -> LockSupport.unpark(thread));
        lanes.add(new Lane(ring, sink));
    }

    /** Starts the thread; it does not keep the process alive. */
    public void start() {
        batch = NativeMemory.allocate(MemoryTag.LOG, BATCH_BYTES);
        thread.start();
    }

    /** As {@link #close(long)} with a second of patience. */
    @Override
    public void close() {
        close(CLOSE_NANOS);
    }

    /**
     * Writes what the rings hold and ends the thread. When a target blocks for longer than {@code
     * patienceNanos}, the thread and what it uses are left as they are: the process is about to end.
     *
     * @return whether everything was written and freed
     */
    public boolean close(final long patienceNanos) {
        deadlineNanos = System.nanoTime() + patienceNanos;
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(Math.max(1, patienceNanos / 1_000_000));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            return false;
        }
        boolean written = true;
        for (final Lane lane : lanes) {
            written &= lane.ring.usedBytes() == 0;
            lane.sink.close();
            lane.ring.close();
        }
        lanes.clear();
        if (batch != 0) {
            NativeMemory.free(MemoryTag.LOG, batch, BATCH_BYTES);
            batch = 0;
        }
        return written;
    }

    private void work() {
        while (!closing) {
            if (!writeBatches()) {
                sleep();
            }
        }
        while (System.nanoTime() - deadlineNanos < 0 && writeBatches()) {
            Thread.onSpinWait();
        }
    }

    private boolean writeBatches() {
        boolean some = false;
        for (final Lane lane : lanes) {
            final int length = lane.ring.take(batch, BATCH_BYTES);
            if (length > 0) {
                some = true;
                final int lost = write(lane.sink, length);
                if (lost > 0) {
                    lane.ring.addLost(lost);
                }
            }
        }
        return some;
    }

    /** A sink that throws must not end the thread that serves the others. */
    private int write(final LogSink sink, final int length) {
        try {
            return sink.write(batch, length);
        } catch (final RuntimeException e) {
            return LogSink.lines(batch, length);
        }
    }

    private void sleep() {
        boolean idle = true;
        for (final Lane lane : lanes) {
            idle &= lane.ring.fallAsleep();
        }
        if (idle && !closing) {
            LockSupport.parkNanos(this, SLEEP_NANOS);
        }
        for (final Lane lane : lanes) {
            lane.ring.stayAwake();
        }
        if (!closing) {
            LockSupport.parkNanos(this, NAP_NANOS);
        }
    }
}
