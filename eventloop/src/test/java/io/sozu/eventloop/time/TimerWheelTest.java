package io.sozu.eventloop.time;

import static io.sozu.eventloop.time.TimerWheel.BUCKETS;
import static io.sozu.eventloop.time.TimerWheel.TICK_NANOS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.LeakCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
final class TimerWheelTest {
    private static final long START = 123_456_789_012L;
    private static final long REVOLUTION = BUCKETS * TICK_NANOS;

    private final List<Integer> fired = new ArrayList<>();

    private void expire(final TimerWheel wheel, final long nowNanos) {
        fired.clear();
        assertEquals(wheel.expire(nowNanos, (slot, now) -> fired.add(slot), Integer.MAX_VALUE), fired.size());
    }

    @Test
    void shouldFireAtMostOneTickLateAndNeverEarly() {
        for (long delay = 1; delay < 3 * TICK_NANOS; delay += TICK_NANOS / 7) {
            try (TimerWheel wheel = new TimerWheel(4, START)) {
                wheel.arm(2, START + delay);
                expire(wheel, START + delay - 1);
                assertEquals(List.of(), fired, "early for a delay of " + delay);
                expire(wheel, START + delay + TICK_NANOS - 1);
                assertEquals(List.of(2), fired, "late for a delay of " + delay);
                assertFalse(wheel.isArmed(2));
                assertEquals(Long.MAX_VALUE, wheel.nextNanos());
            }
        }
    }

    @Test
    void shouldKeepWhatLiesBeyondOneRevolution() {
        try (TimerWheel wheel = new TimerWheel(4, START)) {
            wheel.arm(0, START + 3 * REVOLUTION + TICK_NANOS);
            wheel.arm(1, START + TICK_NANOS);
            int wakes = 0;
            long now = START;
            while (now < START + 3 * REVOLUTION + TICK_NANOS) {
                assertTrue(wheel.isArmed(0), "fired at " + (now - START));
                now = wheel.nextNanos();
                expire(wheel, now);
                wakes++;
            }
            assertEquals(List.of(0), fired);
            assertEquals(START + 3 * REVOLUTION + TICK_NANOS, now);
            assertEquals(4, wakes, "one wake for slot 1 and one per revolution for slot 0");
        }
    }

    @Test
    void shouldNotWakeForBucketsWhoseEntriesAreFarAway() {
        try (TimerWheel wheel = new TimerWheel(BUCKETS, START)) {
            for (int slot = 0; slot < BUCKETS; slot++) {
                wheel.arm(slot, START + 5 * REVOLUTION + slot * TICK_NANOS);
            }
            int idleWakes = 0;
            while (wheel.size() > 0) {
                expire(wheel, wheel.nextNanos());
                idleWakes += fired.isEmpty() ? 1 : 0;
            }
            assertTrue(idleWakes <= 6, "idle wakes " + idleWakes);
        }
    }

    @Test
    void shouldReplaceDisarmAndFireAPastDeadlineSoon() {
        try (TimerWheel wheel = new TimerWheel(3, START)) {
            wheel.disarm(0);
            wheel.arm(0, START + TICK_NANOS);
            wheel.arm(0, START + 5 * TICK_NANOS);
            wheel.arm(1, START - 1);
            wheel.arm(2, Long.MIN_VALUE);
            assertEquals(START + 5 * TICK_NANOS, wheel.armedNanos(0));
            assertEquals(START + TICK_NANOS, wheel.nextNanos());
            wheel.disarm(2);
            expire(wheel, START + TICK_NANOS);
            assertEquals(List.of(1), fired);
            wheel.arm(1, Long.MAX_VALUE);
            expire(wheel, START + 100L * 365 * 86_400 * 1_000_000_000);
            assertEquals(List.of(0), fired);
            assertEquals(1, wheel.size());
            assertEquals(Long.MAX_VALUE, wheel.armedNanos(1));
            assertEquals(Long.MAX_VALUE, wheel.armedNanos(0));
        }
    }

    @Test
    void shouldNotLetARearmingHandlerKeepATurnBusy() {
        try (TimerWheel wheel = new TimerWheel(2, START)) {
            wheel.arm(0, START);
            final long now = START + 10 * TICK_NANOS;
            assertEquals(1, wheel.expire(now, (slot, at) -> wheel.arm(slot, START), 1000));
            assertTrue(wheel.nextNanos() > now);
        }
    }

    @Test
    void shouldServeEveryDueEntryWhenTheBudgetIsSmall() {
        final int slots = 100;
        try (TimerWheel wheel = new TimerWheel(slots, START)) {
            for (int slot = 0; slot < slots; slot++) {
                wheel.arm(slot, START + slot % 7 * TICK_NANOS);
            }
            final long now = START + 20 * TICK_NANOS;
            final int[] fires = new int[slots];
            for (int call = 0; call < slots / 10; call++) {
                assertTrue(wheel.nextNanos() <= now, "what is due must not wait");
                assertEquals(10, wheel.expire(now, (slot, at) -> {
                    fires[slot]++;
                    wheel.arm(slot, START);
                }, 10));
            }
            assertTrue(Arrays.stream(fires).allMatch(count -> count == 1), () -> Arrays.toString(fires));
        }
    }

    @Test
    void shouldLetAHandlerDisarmWhatIsDueToo() {
        try (TimerWheel wheel = new TimerWheel(3, START)) {
            wheel.arm(0, START + 1);
            wheel.arm(1, START + 1);
            wheel.arm(2, START + 1);
            assertEquals(1, wheel.expire(START + TICK_NANOS, (slot, now) -> {
                for (int other = 0; other < 3; other++) {
                    wheel.disarm(other);
                }
            }, 10));
            assertEquals(0, wheel.size());
            assertEquals(Long.MAX_VALUE, wheel.nextNanos());
        }
    }

    @Test
    void shouldGiveItsMemoryBack() {
        final long before = NativeMemory.bytes(MemoryTag.TIMERS);
        final TimerWheel wheel = new TimerWheel(1000, START);
        assertTrue(NativeMemory.bytes(MemoryTag.TIMERS) > before);
        wheel.close();
        wheel.close();
        assertEquals(before, NativeMemory.bytes(MemoryTag.TIMERS));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 0x2a})
    void shouldAgreeWithANaiveReference(final long seed) {
        new Comparison(seed).run(100_000);
    }

    /** The same operations on the wheel and on a map from slot to deadline. */
    private static final class Comparison {
        private static final int SLOTS = 300;
        private final Random random;
        private final long seed;
        private final TimerWheel wheel = new TimerWheel(SLOTS, START);
        private final Map<Integer, Long> deadlines = new HashMap<>();
        private final Map<Integer, Long> effective = new HashMap<>();
        private long now = START;
        private int step;

        Comparison(final long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void run(final int steps) {
            try (wheel) {
                for (step = 0; step < steps; step++) {
                    final int slot = random.nextInt(SLOTS);
                    switch (random.nextInt(8)) {
                        case 0, 1, 2, 3 -> arm(slot);
                        case 4 -> disarm(slot);
                        default -> advance();
                    }
                    check(wheel.isArmed(slot) == deadlines.containsKey(slot), "armed " + slot);
                    check(wheel.armedNanos(slot) == deadlines.getOrDefault(slot, Long.MAX_VALUE), "deadline");
                    check(wheel.size() == deadlines.size(), "size");
                }
            }
        }

        private void arm(final int slot) {
            final long deadline = now + switch (random.nextInt(5)) {
                case 0 -> random.nextLong(3 * TICK_NANOS);
                case 1 -> random.nextLong(REVOLUTION);
                case 2 -> random.nextLong(10 * REVOLUTION);
                case 3 -> (random.nextLong(BUCKETS) + BUCKETS) * TICK_NANOS;
                default -> -random.nextLong(REVOLUTION);
            };
            wheel.arm(slot, deadline);
            deadlines.put(slot, deadline);
            effective.put(slot, Math.max(deadline, now));
        }

        private void disarm(final int slot) {
            wheel.disarm(slot);
            deadlines.remove(slot);
            effective.remove(slot);
        }

        private void advance() {
            now += switch (random.nextInt(20)) {
                case 0 -> random.nextLong(20 * REVOLUTION);
                case 1, 2, 3 -> Math.max(0, Math.min(wheel.nextNanos() - now, REVOLUTION));
                default -> random.nextLong(3 * TICK_NANOS);
            };
            final int budget = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(5);
            final int count = wheel.expire(now, this::onTimer, budget);
            if (count < budget) {
                effective.forEach((slot, from) -> check(from + TICK_NANOS > now, "late " + slot));
                check(wheel.nextNanos() > now - 2 * TICK_NANOS, "spins");
            }
            effective.forEach((slot, from) ->
                    check(wheel.nextNanos() <= from + TICK_NANOS, "sleeps past " + slot));
        }

        private void onTimer(final int slot, final long at) {
            final Long deadline = deadlines.remove(slot);
            effective.remove(slot);
            check(deadline != null, "fired though not armed: " + slot);
            check(deadline <= at, "early " + slot);
            if (random.nextInt(4) == 0) {
                arm(slot);
            }
            if (random.nextInt(10) == 0) {
                disarm(random.nextInt(SLOTS));
            }
        }

        private void check(final boolean holds, final String what) {
            assertTrue(holds, () -> what + ", seed " + seed + ", step " + step);
        }
    }
}
