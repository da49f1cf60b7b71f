package io.sozu.master.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sozu.bindings.sim.SimKernel;
import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.time.LoopClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AlarmsTest {
    private static final long MILLI = 1_000_000L;
    private final SimKernel kernel = new SimKernel(1);
    private final LoopClock clock = new LoopClock(kernel);
    private final EventLoop loop = new EventLoop(kernel, clock, 4);
    private final List<String> trace = new ArrayList<>();
    private final Alarms alarms = new Alarms(loop, clock, fault -> trace.add(fault.getMessage()));

    @AfterEach
    void free() {
        alarms.close();
        loop.close();
    }

    private void until(final int count) {
        while (trace.size() < count) {
            loop.runOnce(Long.MAX_VALUE);
        }
    }

    @Test
    void shouldFireInOrderOfTimeThenOfSetting() {
        alarms.after(30 * MILLI, () -> trace.add("late"));
        alarms.after(10 * MILLI, () -> trace.add("early"));
        alarms.after(10 * MILLI, () -> trace.add("early too"));
        until(3);
        assertEquals(List.of("early", "early too", "late"), trace);
    }

    @Test
    void shouldNotFireWhatWasCancelledNorWaitForIt() {
        final Alarms.Alarm alarm = alarms.after(10 * MILLI, () -> trace.add("cancelled"));
        alarms.after(20 * MILLI, () -> trace.add("kept"));
        alarm.cancel();
        until(1);
        assertEquals(List.of("kept"), trace);
    }

    @Test
    void shouldRepeatAndGoOnAfterAFault() {
        alarms.every(10 * MILLI, () -> trace.add("tick"));
        alarms.after(15 * MILLI, () -> {
            throw new IllegalStateException("fault");
        });
        until(4);
        assertEquals(List.of("tick", "fault", "tick", "tick"), trace);
    }
}
