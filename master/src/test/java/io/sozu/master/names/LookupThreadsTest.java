package io.sozu.master.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.Inbox;
import io.sozu.eventloop.time.LoopClock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Look-ups on threads of their own, and a loop that never waits for them. */
@Timeout(60)
@ExtendWith(LeakCheck.class)
final class LookupThreadsTest {
    private static final long TURN_NANOS = 10_000_000;

    private final CountDownLatch never = new CountDownLatch(1);
    private final List<String> ends = new ArrayList<>();

    private List<InetAddress> resolve(final String host) throws UnknownHostException {
        if (host.startsWith("hang")) {
            try {
                never.await();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        } else if (host.startsWith("broken")) {
            throw new IllegalStateException(host);
        } else if (host.startsWith("unknown")) {
            throw new UnknownHostException(host);
        }
        return List.of(InetAddress.getLoopbackAddress());
    }

    private void start(final LookupThreads threads, final String host) {
        threads.start(host, (addresses, problem) -> ends.add(host + " " + addresses + " " + problem));
    }

    private void turnUntil(final EventLoop loop, final int count) {
        while (ends.size() < count) {
            loop.runOnce(TURN_NANOS);
        }
    }

    @Test
    void shouldTellEachEndOnTheLoopsThreadThoughOthersHang() {
        try (LinuxKernel kernel = new LinuxKernel(); LinuxKernel wakeKernel = new LinuxKernel();
             EventLoop loop = new EventLoop(kernel, new LoopClock(kernel), 8);
             Inbox inbox = new Inbox(loop, kernel, wakeKernel, fault -> ends.add(fault.toString()));
             LookupThreads threads = new LookupThreads(this::resolve, inbox)) {
            for (int i = 0; i < LookupThreads.THREADS - 1; i++) {
                start(threads, "hang" + i);
            }
            start(threads, "good");
            turnUntil(loop, 1);
            start(threads, "unknown");
            turnUntil(loop, 2);
            start(threads, "broken");
            turnUntil(loop, 3);
            assertEquals(List.of("good [localhost/127.0.0.1] null", "unknown null no address is known for it",
                "broken null java.lang.IllegalStateException: broken"), ends);
            never.countDown();
            turnUntil(loop, LookupThreads.THREADS + 2);
        }
    }

    @Test
    void shouldLookOthersUpThoughMoreHangThanThereAreThreadsAndRefuseWhatIsTooMuch() {
        try (LinuxKernel kernel = new LinuxKernel(); LinuxKernel wakeKernel = new LinuxKernel();
             EventLoop loop = new EventLoop(kernel, new LoopClock(kernel), 8);
             Inbox inbox = new Inbox(loop, kernel, wakeKernel, fault -> ends.add(fault.toString()));
             LookupThreads threads = new LookupThreads(this::resolve, inbox, 0)) {
            final int hanging = LookupThreads.THREADS_MAX - 1;
            for (int i = 0; i < hanging; i++) {
                start(threads, "hang" + i);
            }
            start(threads, "good");
            while (ends.isEmpty()) {
                threads.relieve();
                loop.runOnce(TURN_NANOS);
            }
            assertEquals(List.of("good [localhost/127.0.0.1] null"), ends);
            for (int i = 0; i < LookupThreads.WAITING_MAX + 2; i++) {
                start(threads, "hang");
            }
            turnUntil(loop, 2);
            assertEquals("hang null too many names wait to be looked up", ends.getLast());
            never.countDown();
            turnUntil(loop, 1 + hanging + LookupThreads.WAITING_MAX + 2);
        }
    }

    @Test
    void shouldEndWhileLookUpsHang() {
        try (LinuxKernel kernel = new LinuxKernel(); LinuxKernel wakeKernel = new LinuxKernel();
             EventLoop loop = new EventLoop(kernel, new LoopClock(kernel), 8);
             Inbox inbox = new Inbox(loop, kernel, wakeKernel, fault -> ends.add(fault.toString()));
             LookupThreads threads = new LookupThreads(this::resolve, inbox)) {
            for (int i = 0; i < 20; i++) {
                start(threads, "hang" + i);
            }
            assertEquals(0, loop.runOnce(0));
        }
        assertTrue(ends.isEmpty(), ends::toString);
    }
}
