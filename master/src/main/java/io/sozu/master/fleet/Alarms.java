package io.sozu.master.fleet;

import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.time.LoopClock;
import io.sozu.eventloop.time.TimerWheel;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * What is to be done later, on the loop's thread: an ordinary queue over one entry of a wheel.
 *
 * <p>For the master, where time-outs are few and may allocate. Takes the loop's timers; owns the wheel.
 */
public final class Alarms implements AutoCloseable {
    private static final int ENTRY = 0;

    private final LoopClock clock;
    private final Consumer<RuntimeException> faults;
    private final TimerWheel wheel;
    private final PriorityQueue<Alarm> queue = new PriorityQueue<>(
            Comparator.comparingLong(Alarm::dueNanos).thenComparingLong(each -> each.number));
    private long count;

    /** Something to be done at a time, unless it is cancelled. */
    public static final class Alarm {
        private final long dueNanos;
        private final long number;
        private Runnable action;

        private Alarm(final long dueNanos, final long number, final Runnable action) {
            this.dueNanos = dueNanos;
            this.number = number;
            this.action = action;
        }

        private long dueNanos() {
            return dueNanos;
        }

        /** Makes it do nothing. */
        public void cancel() {
            action = null;
        }
    }

    /**
     * Becomes the timers of a loop.
     *
     * @param faults takes what an action throws
     */
    public Alarms(final EventLoop loop, final LoopClock clock, final Consumer<RuntimeException> faults) {
        this.clock = clock;
        this.faults = faults;
        this.wheel = new TimerWheel(1, clock.nowNanos());
        loop.timers(wheel, (slot, nowNanos) -> fire(nowNanos));
    }

    /** Does something after a delay, counted from the turn's time. */
    public Alarm after(final long delayNanos, final Runnable action) {
        final Alarm alarm = new Alarm(clock.nowNanos() + delayNanos, count++, action);
        queue.add(alarm);
        arm();
        return alarm;
    }

    /** Does something again and again. */
    public void every(final long periodNanos, final Runnable action) {
        after(periodNanos, () -> {
            every(periodNanos, action);
            action.run();
        });
    }

    public long nowNanos() {
        return clock.nowNanos();
    }

    private void fire(final long nowNanos) {
        while (!queue.isEmpty() && queue.peek().dueNanos - nowNanos <= 0) {
            final Runnable action = queue.poll().action;
            if (action != null) {
                run(action);
            }
        }
        arm();
    }

    private void run(final Runnable action) {
        try {
            action.run();
        } catch (final RuntimeException e) {
            faults.accept(e);
        }
    }

    private void arm() {
        while (!queue.isEmpty() && queue.peek().action == null) {
            queue.poll();
        }
        if (queue.isEmpty()) {
            wheel.disarm(ENTRY);
        } else {
            wheel.arm(ENTRY, queue.peek().dueNanos);
        }
    }

    @Override
    public void close() {
        wheel.close();
    }
}
