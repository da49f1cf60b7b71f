package io.sozu.sessions.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BackendHealthTest {
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -5 * SECOND, Long.MAX_VALUE - SECOND, Long.MIN_VALUE})
    void shouldWaitLongerAfterEachFailureUpToSix(final long startNanos) {
        for (int seed = 1; seed <= 200; seed++) {
            final BackendHealth health = new BackendHealth(new Xorshift(seed));
            long now = startNanos;
            assertTrue(health.isUsable(now));
            for (int failure = 1; failure <= 9; failure++) {
                assertEquals(failure == 1, health.connectFailed(now), "down is told once");
                assertEquals(Math.min(6, failure), health.failures());
                final long waitNanos = health.usableAtNanos() - now;
                final long mostNanos = SECOND << Math.min(6, failure);
                assertTrue(waitNanos >= SECOND && waitNanos <= mostNanos, waitNanos + " ns");
                assertFalse(health.isUsable(now));
                assertFalse(health.isUsable(health.usableAtNanos() - 1));
                now = health.usableAtNanos();
                assertTrue(health.isUsable(now));
                assertTrue(health.isDown());
            }
        }
    }

    @Test
    void shouldSpreadTheWaits() {
        final Xorshift random = new Xorshift(7);
        int short1 = 0;
        for (int i = 0; i < 1_000; i++) {
            final BackendHealth health = new BackendHealth(random);
            health.connectFailed(0);
            short1 += health.usableAtNanos() < SECOND * 3 / 2 ? 1 : 0;
        }
        assertTrue(short1 > 400 && short1 < 600, short1 + " of 1000 in the first half");
    }

    @Test
    void shouldCountAnOutageSeenByManyConnectionsOnce() {
        final BackendHealth health = new BackendHealth(new Xorshift(1));
        assertTrue(health.connectFailed(0));
        final long usableAt = health.usableAtNanos();
        for (int i = 0; i < 100; i++) {
            assertFalse(health.connectFailed(i));
        }
        assertEquals(1, health.failures());
        assertEquals(usableAt, health.usableAtNanos());
    }

    @Test
    void shouldForgetFailuresAfterASuccess() {
        final BackendHealth health = new BackendHealth(new Xorshift(1));
        assertFalse(health.connectSucceeded());
        health.connectFailed(0);
        health.connectFailed(health.usableAtNanos());
        assertEquals(2, health.failures());
        assertTrue(health.connectSucceeded());
        assertTrue(health.isUsable(0));
        assertFalse(health.isDown());
        assertTrue(health.connectFailed(0));
        assertEquals(1, health.failures());
    }
}
