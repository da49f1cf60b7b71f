package io.sozu.sessions.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class RetryPolicyTest {
    @Test
    void shouldRememberThreeBackendsInOneLong() {
        final int[] indexes = {0, 1, 7, 4_095, RetryPolicy.MAX_INDEXES - 1};
        for (final int first : indexes) {
            for (final int second : indexes) {
                for (final int third : indexes) {
                    if (first != second && second != third && first != third) {
                        check(indexes, first, second, third);
                    }
                }
            }
        }
    }

    private static void check(final int[] indexes, final int... tried) {
        long set = RetryPolicy.NONE_TRIED;
        for (int attempt = 0; attempt < tried.length; attempt++) {
            assertEquals(attempt, RetryPolicy.attempts(set));
            assertTrue(RetryPolicy.mayRetry(set));
            assertFalse(RetryPolicy.contains(set, tried[attempt]));
            set = RetryPolicy.tried(set, tried[attempt]);
        }
        assertFalse(RetryPolicy.mayRetry(set));
        for (final int index : indexes) {
            assertEquals(index == tried[0] || index == tried[1] || index == tried[2],
                    RetryPolicy.contains(set, index));
        }
    }
}
