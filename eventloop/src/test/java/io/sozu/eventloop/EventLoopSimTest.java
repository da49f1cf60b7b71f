package io.sozu.eventloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.KernelException;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.Fault;
import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimKernel;
import io.sozu.eventloop.time.LoopClock;
import io.sozu.eventloop.time.TimerWheel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of a turn and its waits, in virtual time. */
@ExtendWith(LeakCheck.class)
final class EventLoopSimTest {
    private static final long MILLI = 1_000_000;
    private final SimKernel kernel = new SimKernel(7);
    private final LoopClock clock = new LoopClock(kernel);
    private final EventLoop loop = new EventLoop(kernel, clock, 16);
    private final TimerWheel wheel = new TimerWheel(64, clock.nowNanos());
    private final RunQueue queue = new RunQueue(64);
    private final List<String> trace = new ArrayList<>();

    @AfterEach
    void free() {
        wheel.close();
        loop.close();
        assertEquals(0, NativeMemory.bytes(MemoryTag.EVENTS));
    }

    private int readyEventFd(final long token) {
        final int fd = kernel.eventFd();
        assertEquals(0, loop.add(fd, EpollFlags.OUT | EpollFlags.EDGE_TRIGGERED, token));
        return fd;
    }

    @Test
    void shouldTakeEventsThenRunnableSlotsThenTimersThenWhatTheyWokeThenHooks() {
        loop.handle(Token.CONNECTION, (token, events, now) -> {
            trace.add("event " + Token.describe(token));
            queue.add(Token.slot(token));
        });
        loop.runs(queue, (slot, now) -> trace.add("run " + slot), 10);
        loop.timers(wheel, (slot, now) -> {
            trace.add("timer " + slot);
            queue.add(slot);
        });
        loop.atEndOfTurn(now -> trace.add("end"));
        loop.atEndOfTurn(now -> trace.add("end 2 at " + (now == clock.nowNanos())));
        readyEventFd(Token.of(Token.CONNECTION, 9, 3));
        wheel.arm(5, clock.nowNanos());
        kernel.world().sleep(20 * MILLI);
        assertEquals(4, loop.runOnce(0));
        assertEquals(List.of("event 2/3#9", "run 3", "timer 5", "run 5", "end", "end 2 at true"), trace);
    }

    @Test
    void shouldWaitUntilTheTimerAndNotTurnIdlyBeforeIt() {
        loop.timers(wheel, (slot, now) -> trace.add("timer " + slot));
        for (long delay = 1; delay < 40 * MILLI; delay += 1_234_567) {
            trace.clear();
            final long deadline = clock.nowNanos() + delay;
            wheel.arm(1, deadline);
            int turns = 0;
            while (trace.isEmpty()) {
                loop.runOnce(Long.MAX_VALUE);
                turns++;
            }
            assertEquals(1, turns, "turns for a delay of " + delay);
            assertTrue(clock.nowNanos() >= deadline);
        }
    }

    @Test
    void shouldNotWaitLongerThanAskedNorAtAllWhileASlotIsRunnable() {
        loop.runs(queue, (slot, now) -> trace.add("run " + slot), 1);
        final long start = clock.nowNanos();
        assertEquals(0, loop.runOnce(5 * MILLI - 1));
        final long waited = clock.nowNanos() - start;
        assertTrue(waited >= 5 * MILLI - 1 && waited < 6 * MILLI, () -> "waited " + waited);
        queue.add(1);
        queue.add(2);
        assertEquals(1, loop.runOnce(1000 * MILLI));
        assertEquals(1, loop.runOnce(1000 * MILLI));
        assertEquals(List.of("run 1", "run 2"), trace);
        assertTrue(clock.nowNanos() - start < 7 * MILLI);
    }

    @Test
    void shouldServeEventsBetweenTheRunsOfABusySlot() {
        loop.runs(queue, (slot, now) -> {
            trace.add("run " + slot);
            queue.add(slot);
        }, 4);
        loop.handle(Token.CONNECTION, (token, events, now) -> trace.add("event"));
        queue.add(1);
        queue.add(2);
        assertEquals(4, loop.runOnce(0));
        readyEventFd(Token.of(Token.CONNECTION, 1, 1));
        assertEquals(5, loop.runOnce(Long.MAX_VALUE));
        assertEquals(List.of("run 1", "run 2", "run 1", "run 2", "event", "run 1", "run 2", "run 1", "run 2"),
                trace);
    }

    @Test
    void shouldDeliverAStaleTokenAndLeaveItToTheHandler() {
        final int[] generation = {1};
        final int[] fds = new int[2];
        loop.handle(Token.CONNECTION, (token, events, now) -> {
            if (Token.generation(token) != generation[0]) {
                trace.add("stale " + Token.describe(token));
                return;
            }
            trace.add("fresh " + Token.describe(token));
            generation[0]++;
        });
        fds[0] = readyEventFd(Token.of(Token.CONNECTION, 1, 8));
        fds[1] = readyEventFd(Token.of(Token.CONNECTION, 1, 8));
        assertEquals(2, loop.runOnce(0));
        assertEquals(List.of("fresh 2/8#1", "stale 2/8#1"), trace);
        assertEquals(0, loop.remove(fds[0]));
        assertEquals(-Errno.ENOENT, loop.remove(fds[0]));
        assertEquals(-Errno.EBADF, loop.add(999, EpollFlags.IN, Token.of(Token.CHANNEL, 0, 0)));
    }

    @Test
    void shouldThrowWhatAHandlerThrowsAndRefuseAKindWithoutHandler() {
        readyEventFd(Token.of(Token.PROCESS, 0, 0));
        final var refused = assertThrows(IllegalStateException.class, () -> loop.runOnce(0));
        assertTrue(refused.getMessage().contains("5/0#0"), refused.getMessage());
        loop.runs(queue, (slot, now) -> {
            throw new UnsupportedOperationException("mine");
        }, 1);
        queue.add(0);
        final var thrown = assertThrows(UnsupportedOperationException.class, () -> loop.runOnce(0));
        assertEquals("mine", thrown.getMessage());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldFireEachTimerOnceThoughWaitsAreInterruptedAndTheClockJumps(final long seed) {
        final SimKernel odd = new SimKernel(seed, FaultPlan.none().with(Fault.WAIT_INTERRUPTED, 0.3)
                .with(Fault.CLOCK_JUMP, 0.05));
        final LoopClock time = new LoopClock(odd);
        final Random random = new Random(seed);
        final long[] deadlines = new long[500];
        try (EventLoop turns = new EventLoop(odd, time, 4);
                TimerWheel timers = new TimerWheel(deadlines.length, time.nowNanos())) {
            final int[] fires = new int[deadlines.length];
            turns.timers(timers, (slot, now) -> {
                fires[slot]++;
                assertTrue(now >= deadlines[slot], "early " + slot + ", seed " + seed);
            });
            for (int slot = 0; slot < deadlines.length; slot++) {
                deadlines[slot] = time.nowNanos() + random.nextLong(60_000 * MILLI);
                timers.arm(slot, deadlines[slot]);
            }
            while (timers.size() > 0) {
                turns.runOnce(Long.MAX_VALUE);
            }
            assertTrue(Arrays.stream(fires).allMatch(count -> count == 1), "seed " + seed);
            assertTrue(odd.count(Fault.WAIT_INTERRUPTED) > 10, "seed " + seed);
        }
    }

    @Test
    void shouldNameTheErrnoOfABrokenEpoll() {
        final SimKernel other = new SimKernel(1);
        final EventLoop broken = new EventLoop(other, new LoopClock(other), 4);
        other.close(other.openFds().iterator().next());
        final KernelException failure = assertThrows(KernelException.class, () -> broken.runOnce(0));
        assertEquals(Errno.EBADF, failure.errno());
        assertTrue(failure.getMessage().startsWith("epoll_wait"), failure.getMessage());
        broken.close();
    }

    @Test
    void shouldReturnFromRunAfterTheTurnThatStoppedIt() {
        loop.timers(wheel, (slot, now) -> loop.stop());
        loop.atEndOfTurn(now -> trace.add("end"));
        wheel.arm(0, clock.nowNanos() + 50 * MILLI);
        loop.run();
        assertEquals("end", trace.getLast());
    }
}
