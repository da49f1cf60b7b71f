package io.sozu.eventloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.KernelException;
import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.eventloop.time.LoopClock;
import io.sozu.eventloop.time.TimerWheel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The loop on the real kernel. */
@ExtendWith(LeakCheck.class)
final class EventLoopLinuxTest {
    private static final long MILLI = 1_000_000;
    private static final int EDGES = EpollFlags.IN | EpollFlags.EDGE_TRIGGERED;
    private final LinuxKernel kernel = new LinuxKernel();
    private final LinuxKernel signalKernel = new LinuxKernel();
    private final LoopClock clock = new LoopClock(kernel);
    private final EventLoop loop = new EventLoop(kernel, clock, 4);
    private final TimerWheel wheel = new TimerWheel(8, clock.nowNanos());
    private final RunQueue queue = new RunQueue(8);
    private final long scratch = NativeMemory.allocate(MemoryTag.SCRATCH, 8);
    private final List<Integer> opened = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();

    @AfterEach
    void free() {
        opened.forEach(kernel::close);
        loop.close();
        wheel.close();
        kernel.close();
        signalKernel.close();
        NativeMemory.free(MemoryTag.SCRATCH, scratch, 8);
    }

    private int eventFd(final long token) {
        final int fd = kernel.eventFd();
        opened.add(fd);
        assertEquals(0, loop.add(fd, EDGES, token));
        return fd;
    }

    private void wake(final int fd) {
        Memory.putLong(scratch, 1);
        assertEquals(8, kernel.write(fd, scratch, 8));
    }

    @Test
    void shouldDeliverAnEdgeOnceWithItsToken() {
        loop.handle(Token.CHANNEL, (token, events, now) -> trace.add(Token.describe(token) + " " + events));
        final int first = eventFd(Token.of(Token.CHANNEL, 3, -7));
        final int second = eventFd(Token.of(Token.CHANNEL, Token.GENERATION_MASK, Integer.MAX_VALUE));
        assertEquals(0, loop.runOnce(0));
        wake(first);
        assertEquals(1, loop.runOnce(Long.MAX_VALUE));
        assertEquals(0, loop.runOnce(0), "an edge comes once");
        wake(second);
        assertEquals(1, loop.runOnce(Long.MAX_VALUE));
        assertEquals(List.of("3/-7#3 1", "3/2147483647#268435455 1"), trace);
    }

    @Test
    void shouldDeliverMoreEventsThanOneTurnHolds() {
        loop.handle(Token.CHANNEL, (token, events, now) -> trace.add("event " + Token.slot(token)));
        for (int slot = 0; slot < 10; slot++) {
            wake(eventFd(Token.of(Token.CHANNEL, 0, slot)));
        }
        int turns = 0;
        while (trace.size() < 10) {
            assertTrue(loop.runOnce(Long.MAX_VALUE) <= 4);
            turns++;
        }
        assertEquals(3, turns);
        assertEquals(10, trace.stream().distinct().count(), trace::toString);
    }

    @Test
    void shouldLeaveAStaleTokenToTheHandler() {
        final int[] generation = {1};
        final int[] fds = new int[2];
        loop.handle(Token.CONNECTION, (token, events, now) -> {
            if (Token.generation(token) != generation[0]) {
                trace.add("stale");
                return;
            }
            trace.add("fresh");
            generation[0]++;
        });
        fds[0] = eventFd(Token.of(Token.CONNECTION, 1, 0));
        fds[1] = eventFd(Token.of(Token.CONNECTION, 1, 0));
        wake(fds[0]);
        wake(fds[1]);
        assertEquals(2, loop.runOnce(Long.MAX_VALUE));
        assertEquals(List.of("fresh", "stale"), trace);
    }

    @Test
    void shouldNeverFireEarlyNorTurnIdly() {
        loop.timers(wheel, (slot, now) -> trace.add("timer"));
        final long deadline = clock.update() + 25 * MILLI;
        wheel.arm(0, deadline);
        int turns = 0;
        while (trace.isEmpty()) {
            loop.runOnce(Long.MAX_VALUE);
            turns++;
        }
        assertTrue(System.nanoTime() >= deadline);
        assertEquals(1, turns);
    }

    @Test
    void shouldServeAnEventThoughASlotIsAlwaysRunnable() {
        loop.runs(queue, (slot, now) -> queue.add(slot), 16);
        loop.handle(Token.CHANNEL, (token, events, now) -> loop.stop());
        queue.add(1);
        assertEquals(16, loop.runOnce(Long.MAX_VALUE));
        wake(eventFd(Token.of(Token.CHANNEL, 0, 0)));
        loop.run();
        assertEquals(1, queue.size());
    }

    @Test
    void shouldStopFromSignalsOfTheSystem() throws IOException, InterruptedException {
        final long fdsBefore = openDescriptors();
        try (SignalSource source = new SignalSource(loop, kernel, signalKernel, number -> {
            trace.add("signal " + number);
            if (number == SignalSource.TERMINATE) {
                loop.stop();
            }
        })) {
            source.watch("HUP");
            source.watch("TERM");
            final String pid = Long.toString(ProcessHandle.current().pid());
            assertEquals(0, new ProcessBuilder("kill", "-HUP", pid).start().waitFor());
            while (trace.isEmpty()) {
                loop.runOnce(Long.MAX_VALUE);
            }
            assertEquals(0, new ProcessBuilder("kill", "-TERM", pid).start().waitFor());
            loop.run();
        }
        assertEquals(List.of("signal 1", "signal 15"), trace);
        assertEquals(fdsBefore, openDescriptors());
    }

    private static long openDescriptors() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void shouldNameTheErrnoOfABrokenEpoll() {
        assertEquals(-Errno.EBADF, loop.add(9999, EDGES, Token.of(Token.CHANNEL, 0, 0)));
        loop.close();
        final var failure = assertThrows(KernelException.class, () -> loop.runOnce(0));
        assertEquals(Errno.EBADF, failure.errno());
    }
}
