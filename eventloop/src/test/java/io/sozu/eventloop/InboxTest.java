package io.sozu.eventloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimKernel;
import io.sozu.eventloop.time.LoopClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
final class InboxTest {
    private final List<String> done = new ArrayList<>();

    @Test
    void shouldDoEachPieceOfWorkOnceInOrderThoughOneFails() {
        final SimKernel kernel = new SimKernel(5);
        final EventLoop loop = new EventLoop(kernel, new LoopClock(kernel), 8);
        try (loop; Inbox inbox = new Inbox(loop, kernel, kernel, fault -> done.add(fault.getMessage()))) {
            inbox.put(() -> done.add("a"));
            inbox.put(() -> {
                throw new IllegalStateException("b");
            });
            inbox.put(() -> inbox.put(() -> done.add("c")));
            assertEquals(1, loop.runOnce(0));
            assertEquals(List.of("a", "b"), done);
            loop.runOnce(0);
            assertEquals(List.of("a", "b", "c"), done);
            assertEquals(0, loop.runOnce(0));
        }
        assertTrue(kernel.openFds().isEmpty(), kernel::describe);
    }

    @Test
    void shouldWakeTheLoopFromAnotherThreadAndDropWhatComesAfterItsEnd() throws InterruptedException {
        try (LinuxKernel kernel = new LinuxKernel(); LinuxKernel wakeKernel = new LinuxKernel();
             EventLoop loop = new EventLoop(kernel, new LoopClock(kernel), 8)) {
            final Inbox inbox = new Inbox(loop, kernel, wakeKernel, fault -> done.add(fault.getMessage()));
            final Thread other = Thread.ofPlatform().start(() -> inbox.put(() ->
                    done.add(Thread.currentThread().getName())));
            loop.runOnce(Long.MAX_VALUE);
            assertEquals(List.of(Thread.currentThread().getName()), done);
            other.join();
            inbox.close();
            inbox.close();
            inbox.put(() -> done.add("late"));
            loop.runOnce(0);
            assertEquals(1, done.size());
        }
    }
}
