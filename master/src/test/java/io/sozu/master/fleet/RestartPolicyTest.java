package io.sozu.master.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class RestartPolicyTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void shouldRestartAtOnceThenEverLater() {
        final RestartPolicy policy = new RestartPolicy();
        assertEquals(0, policy.died(0));
        assertEquals(SECOND / 4, policy.died(0));
        assertEquals(SECOND / 2, policy.died(0));
        assertEquals(SECOND, policy.died(0));
        for (int i = 0; i < 100; i++) {
            assertTrue(policy.died(0) <= RestartPolicy.LONGEST_NANOS);
        }
        assertEquals(RestartPolicy.LONGEST_NANOS, policy.died(0));
    }

    @Test
    void shouldForgetCrashesOnceAWorkerWasStable() {
        final RestartPolicy policy = new RestartPolicy();
        policy.died(0);
        policy.died(0);
        policy.ready(SECOND);
        assertTrue(policy.died(SECOND + RestartPolicy.STABLE_NANOS - 1) > 0);
        policy.ready(SECOND);
        assertEquals(0, policy.died(SECOND + RestartPolicy.STABLE_NANOS));
        assertEquals(1, policy.crashes());
    }

    @Test
    void shouldNotTakeTheTimeOfAnEarlierWorkerForThatOfOneThatNeverServed() {
        final RestartPolicy policy = new RestartPolicy();
        policy.ready(0);
        policy.died(SECOND);
        assertTrue(policy.died(2 * RestartPolicy.STABLE_NANOS) > 0);
    }

    @Test
    void shouldStartAtMostAFewWorkersPerMinuteInACrashLoop() {
        final RestartPolicy policy = new RestartPolicy();
        long nowNanos = 0;
        int starts = 0;
        while (nowNanos < 600 * SECOND) {
            nowNanos += policy.died(nowNanos);
            starts++;
        }
        assertTrue(starts < 30, starts + " starts in ten minutes");
    }
}
