package io.sozu.perf.bench;

import io.sozu.eventloop.RunQueue;
import io.sozu.eventloop.time.TimerWheel;
import io.sozu.sessions.Slab;
import io.sozu.sessions.buffer.BufferPool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Slots, pages and deadlines: what every exchange takes and gives back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MemoryBench {
    private static final int SLOTS = 10_000;
    private static final int SLOT_BYTES = 256;
    private static final int PAGES = 1000;
    private static final int PAGE_BYTES = 16 << 10;
    private static final long SECOND_NANOS = 1_000_000_000;

    private Slab slab;
    private BufferPool pool;
    private TimerWheel wheel;
    private int turn;

    /** Takes the memory. */
    @Setup
    public void open() {
        slab = new Slab(SLOTS, SLOT_BYTES);
        pool = new BufferPool(new RunQueue(SLOTS), SLOTS, PAGES, PAGE_BYTES, 0, PAGE_BYTES);
        wheel = new TimerWheel(SLOTS, 0);
    }

    /** Gives it back. */
    @TearDown
    public void close() {
        slab.close();
        pool.close();
        wheel.close();
    }

    /** Takes a slot and gives it back. */
    @Benchmark
    public int slot() {
        final int slot = slab.acquire();
        slab.release(slot);
        return slot;
    }

    /** Takes a page and gives it back. */
    @Benchmark
    public int page() {
        final int page = pool.acquireForRequest();
        pool.release(page);
        return page;
    }

    /** Arms and disarms the deadline of one connection after the other. */
    @Benchmark
    public boolean deadline() {
        turn = (turn + 1) % SLOTS;
        wheel.arm(turn, SECOND_NANOS + turn * 1000L);
        wheel.disarm(turn);
        return wheel.isArmed(turn);
    }
}
