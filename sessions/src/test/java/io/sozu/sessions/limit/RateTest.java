package io.sozu.sessions.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RateTest {
    private static final long SECOND = 1_000_000_000;
    private long fullNanos;

    private boolean take(final Rate rate, final long nowNanos) {
        if (rate.waitNanos(fullNanos, nowNanos) > 0) {
            fullNanos = rate.settled(fullNanos, nowNanos);
            return false;
        }
        fullNanos = rate.taken(fullNanos, nowNanos);
        return true;
    }

    private int takeAll(final Rate rate, final long nowNanos) {
        int taken = 0;
        while (take(rate, nowNanos)) {
            taken++;
        }
        return taken;
    }

    @Test
    void shouldGiveAFullBucketAtOnceAndThenAtItsPace() {
        final Rate rate = Rate.of(10, 20);
        assertEquals(20, takeAll(rate, 5));
        assertEquals(SECOND / 10, rate.waitNanos(fullNanos, 5));
        assertEquals(0, takeAll(rate, 5 + SECOND / 10 - 1));
        assertEquals(1, rate.waitNanos(fullNanos, 5 + SECOND / 10 - 1));
        assertEquals(1, takeAll(rate, 5 + SECOND / 10));
        assertEquals(10, takeAll(rate, 5 + SECOND + SECOND / 10));
    }

    @Test
    void shouldHoldNoMoreThanTheBurstHoweverLongItIsIdle() {
        final Rate rate = Rate.of(1, 3);
        assertEquals(3, takeAll(rate, 0));
        assertEquals(3, takeAll(rate, 3 * SECOND));
        assertEquals(3, takeAll(rate, Long.MAX_VALUE / 2));
        assertEquals(3, takeAll(rate, Long.MAX_VALUE - 10 * SECOND));
    }

    @Test
    void shouldBeEmptyAtWorstWhenTheClockJumps() {
        final Rate rate = Rate.of(1, 3);
        takeAll(rate, 1_000_000 * SECOND);
        assertEquals(SECOND, rate.waitNanos(fullNanos, SECOND));
        assertEquals(0, takeAll(rate, SECOND), "back by weeks");
        assertEquals(1, takeAll(rate, 2 * SECOND), "it fills from there on");
        assertEquals(3, takeAll(rate, 1_000_000 * SECOND), "forward by weeks");
    }

    @Test
    void shouldNotHoldDebtsOfASlowerRateAgainstAFasterOne() {
        takeAll(Rate.of(1, 1_000_000), 0);
        final Rate faster = Rate.of(1000, 10);
        assertEquals(SECOND / 1000, faster.waitNanos(fullNanos, 0));
        assertEquals(0, takeAll(faster, 0));
        assertEquals(10, takeAll(faster, SECOND / 100));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000, 99_991, 666_667, 999_999, 1_000_000})
    void shouldKeepItsPaceWithinATwentiethPercent(final int perSecond) {
        final Rate rate = Rate.of(perSecond, 1);
        long nowNanos = 0;
        long taken = 0;
        while (nowNanos < SECOND && taken < 100_000) {
            nowNanos += rate.waitNanos(fullNanos, nowNanos);
            assertTrue(take(rate, nowNanos));
            taken++;
        }
        final double expected = nowNanos * (double) perSecond / SECOND + 1;
        assertEquals(expected, taken, 1 + expected * 0.0005);
    }

    @Test
    void shouldNotOverflowAtTheSlowestAndLargest() {
        final Rate rate = Rate.of(1, 1_000_000);
        assertEquals(1_000_000 * SECOND, rate.fillNanos());
        assertEquals(1_000_000, takeAll(rate, Long.MAX_VALUE / 2));
        assertEquals(SECOND, rate.waitNanos(fullNanos, Long.MAX_VALUE / 2));
    }

    /** Against a bucket that counts billionths of tokens. */
    @Test
    void shouldDecideAsABucketOfTokensDoes() {
        for (int seed = 0; seed < 200; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final int[] divisors = {1, 2, 5, 10, 100, 1000, 100_000, 1_000_000};
            final int perSecond = divisors[random.nextInt(divisors.length)];
            final int burst = 1 + random.nextInt(50);
            final Rate rate = Rate.of(perSecond, burst);
            fullNanos = 0;
            long tokens = burst * SECOND;
            long nowNanos = random.nextLong(1L << 60);
            for (int step = 0; step < 2_000; step++) {
                final long passedNanos = random.nextInt(50) == 0 ? random.nextLong(100 * SECOND)
                        : random.nextLong(2 * SECOND / perSecond + 1);
                nowNanos += passedNanos;
                tokens = Math.min(burst * SECOND, tokens + passedNanos * perSecond);
                assertEquals(tokens >= SECOND, take(rate, nowNanos), "seed " + seed + " step " + step);
                tokens -= tokens >= SECOND ? SECOND : 0;
            }
        }
    }
}
