package io.sozu.bindings.sim;

import java.util.PriorityQueue;

/** Virtual time and what is scheduled in it; what is due at one instant runs in the order of scheduling. */
final class SimClock {
    private static final int MAX_SCHEDULED = 1 << 20;
    private static final int MAX_PER_INSTANT = 1 << 20;
    static final long ORIGIN_NANOS = 1_000_000_000L;

    private final PriorityQueue<Occurrence> queue = new PriorityQueue<>();
    private long nowNanos = ORIGIN_NANOS;
    private long sequence;
    private boolean running;

    private record Occurrence(long atNanos, long order, Runnable action) implements Comparable<Occurrence> {
        @Override
        public int compareTo(final Occurrence other) {
            final int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    long nowNanos() {
        return nowNanos;
    }

    /** Schedules an action; a time in the past means now. */
    void at(final long atNanos, final Runnable action) {
        if (queue.size() >= MAX_SCHEDULED) {
            throw new AssertionError("more than " + MAX_SCHEDULED + " occurrences are scheduled");
        }
        queue.add(new Occurrence(Math.max(atNanos, nowNanos), sequence++, action));
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    int size() {
        return queue.size();
    }

    /** True while an occurrence runs: kernel calls made by it take no time. */
    boolean isRunning() {
        return running;
    }

    /** Moves time forward and runs everything that falls due on the way. */
    void advanceTo(final long targetNanos) {
        while (runNext(targetNanos)) {
            assert nowNanos <= targetNanos;
        }
        nowNanos = Math.max(nowNanos, targetNanos);
    }

    /** Goes to the next instant with something scheduled, unless it is after the limit, and runs it all. */
    boolean runNext(final long limitNanos) {
        if (running || queue.isEmpty() || queue.peek().atNanos > limitNanos) {
            return false;
        }
        nowNanos = Math.max(nowNanos, queue.peek().atNanos);
        running = true;
        try {
            int ran = 0;
            while (!queue.isEmpty() && queue.peek().atNanos <= nowNanos) {
                if (++ran > MAX_PER_INSTANT) {
                    throw new AssertionError("occurrences schedule each other without end at " + nowNanos);
                }
                queue.poll().action.run();
            }
        } finally {
            running = false;
        }
        return true;
    }

    /** Time passes without a chance to see what happened in it: a stopped process, a stolen core. */
    void jump(final long nanos) {
        nowNanos += nanos;
    }
}
