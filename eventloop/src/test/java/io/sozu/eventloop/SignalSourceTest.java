package io.sozu.eventloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimKernel;
import io.sozu.eventloop.time.LoopClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class SignalSourceTest {
    private final SimKernel kernel = new SimKernel(3);
    private final EventLoop loop = new EventLoop(kernel, new LoopClock(kernel), 8);
    private final List<Integer> signals = new ArrayList<>();

    @Test
    void shouldHandEachSignalOverOncePerTurn() {
        try (loop; SignalSource source = new SignalSource(loop, kernel, kernel, signals::add)) {
            source.raise(SignalSource.TERMINATE);
            source.raise(SignalSource.HANGUP);
            source.raise(SignalSource.TERMINATE);
            assertEquals(1, loop.runOnce(0));
            assertEquals(List.of(SignalSource.HANGUP, SignalSource.TERMINATE), signals);
            assertEquals(0, loop.runOnce(0));
            source.raise(SignalSource.CHILD);
            loop.runOnce(Long.MAX_VALUE);
            assertEquals(SignalSource.CHILD, signals.getLast());
        }
        assertTrue(kernel.openFds().isEmpty(), kernel::describe);
    }

    @Test
    void shouldIgnoreASignalThatComesAfterItsEnd() {
        final SignalSource source = new SignalSource(loop, kernel, kernel, signals::add);
        source.close();
        source.close();
        source.raise(SignalSource.TERMINATE);
        loop.runOnce(0);
        assertEquals(List.of(), signals);
        loop.close();
    }

    @Test
    void shouldNameASignalTheJvmKeeps() {
        try (loop; SignalSource source = new SignalSource(loop, kernel, kernel, signals::add)) {
            for (final String name : List.of("SEGV", "NOSUCH")) {
                final var refused = assertThrows(IllegalStateException.class, () -> source.watch(name));
                assertTrue(refused.getMessage().contains("SIG" + name), refused.getMessage());
            }
        }
    }
}
