package io.sozu.eventloop.time;

import io.sozu.bindings.linux.Kernel;

/** The time of the current turn: read from the kernel once per turn, then only looked at. */
public final class LoopClock {
    private final Kernel kernel;
    private long nowNanos;

    public LoopClock(final Kernel kernel) {
        this.kernel = kernel;
        this.nowNanos = kernel.monotonicNanos();
    }

    /** Reads the clock; the event loop alone calls this, once per turn. */
    public long update() {
        nowNanos = kernel.monotonicNanos();
        return nowNanos;
    }

    public long nowNanos() {
        return nowNanos;
    }
}
