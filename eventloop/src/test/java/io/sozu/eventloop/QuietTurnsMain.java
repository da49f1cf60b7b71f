package io.sozu.eventloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.eventloop.log.LogRing;
import io.sozu.eventloop.metrics.Counters;
import io.sozu.eventloop.metrics.Histogram;
import io.sozu.eventloop.sink.LogSink;
import io.sozu.eventloop.sink.LogWriter;
import io.sozu.eventloop.time.LoopClock;
import io.sozu.eventloop.time.TimerWheel;
import java.lang.management.ManagementFactory;

/**
 * Takes turns that use every instrument and prints how many bytes their thread allocated, by the JVM's own
 * account, in the last of them.
 *
 * <p>Until the compiler has seen through a native call, the JDK makes a slice of the errno block for each.
 */
final class QuietTurnsMain {
    private static final int TURNS = 10_000;
    private static final int BATCHES_MAX = 60;
    private static final int SLOTS = 64;
    private final LinuxKernel kernel = new LinuxKernel();
    private final LoopClock clock = new LoopClock(kernel);
    private final EventLoop loop = new EventLoop(kernel, clock, 16);
    private final TimerWheel wheel = new TimerWheel(SLOTS, clock.nowNanos());
    private final RunQueue queue = new RunQueue(SLOTS);
    private final Counters counters = new Counters(4);
    private final Histogram histogram = new Histogram();
    private final long scratch = NativeMemory.allocate(MemoryTag.SCRATCH, 64);
    private final LogRing ring = new LogRing(1 << 20);
    private final LogWriter writer = new LogWriter();
    private final Log log = new Log(ring, kernel, 1, "TEST", LogLevel.INFO);
    private final int fd = kernel.eventFd();
    private final int events = counters.count("events");
    private final int queued = counters.gauge("queued");
    private long bytesRead;

    /** Takes the lines and keeps none. */
    private static final class NullSink implements LogSink {
        @Override
        public int write(final long address, final int lengthBytes) {
            return 0;
        }

        @Override
        public void close() {
        }
    }

    private void onEvent(final long token, final int bits, final long nowNanos) {
        counters.increment(events);
        histogram.record(nowNanos & 0xffff);
        bytesRead += kernel.read(fd, scratch, 8);
        queue.add(Token.slot(token));
        wheel.arm(Token.slot(token), nowNanos + 50_000_000);
        log.begin(LogLevel.INFO).text("event ").decimal(bits).text(" from ").bytes(scratch, 4)
                .text(" ").name(LogLevel.WARN).end();
        log.begin(LogLevel.DEBUG).text("not logged ").decimal(bits).end();
    }

    private void onRun(final int slot, final long nowNanos) {
        counters.set(queued, queue.size());
        wheel.disarm(slot + 1);
        if (slot > 1) {
            queue.add(slot / 2);
        }
    }

    private void wire() {
        loop.handle(Token.CONNECTION, this::onEvent);
        loop.runs(queue, this::onRun, 8);
        loop.timers(wheel, (slot, now) -> wheel.arm(slot, now + 1_000_000));
        loop.atEndOfTurn(now -> log.flush());
        assertEquals(0, loop.add(fd, EpollFlags.IN | EpollFlags.EDGE_TRIGGERED,
                Token.of(Token.CONNECTION, 0, 40)));
        for (int slot = 0; slot < SLOTS; slot++) {
            wheel.arm(slot, clock.nowNanos() + slot);
        }
    }

    private void turns() {
        for (int turn = 0; turn < TURNS; turn++) {
            Memory.putLong(scratch, 1);
            kernel.write(fd, scratch, 8);
            loop.runOnce(1_000_000);
        }
    }

    private long run() {
        final var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        writer.add(ring, new NullSink());
        writer.start();
        wire();
        long allocated = Long.MAX_VALUE;
        for (int batch = 0; batch < BATCHES_MAX && allocated != 0; batch++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            turns();
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(8 * counters.get(events), bytesRead);
        assertTrue(counters.get(events) >= TURNS && histogram.count() == counters.get(events));
        close();
        return allocated;
    }

    public static void main(final String[] arguments) {
        System.out.println(new QuietTurnsMain().run());
    }

    private void close() {
        assertTrue(writer.close(20_000_000_000L));
        kernel.close(fd);
        loop.close();
        wheel.close();
        counters.close();
        histogram.close();
        kernel.close();
        NativeMemory.free(MemoryTag.SCRATCH, scratch, 64);
    }
}
