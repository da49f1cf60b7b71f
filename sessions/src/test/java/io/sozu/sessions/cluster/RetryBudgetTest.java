package io.sozu.sessions.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryBudgetTest {
    private static int spent(final RetryBudget budget, final int tries) {
        int spent = 0;
        for (int i = 0; i < tries; i++) {
            spent += budget.spend() ? 1 : 0;
        }
        return spent;
    }

    @ParameterizedTest
    @CsvSource({"20, 1000, 200", "1, 1000, 10", "100, 50, 50", "50, 1, 0", "50, 3, 1"})
    void shouldAllowAShareOfTheExchangesOnceTheReserveIsSpent(final int percent, final int exchanges,
            final int retries) {
        final RetryBudget budget = new RetryBudget();
        budget.percent(percent);
        assertEquals(RetryBudget.RESERVE, spent(budget, 5000));
        for (int i = 0; i < exchanges; i++) {
            budget.earn();
        }
        assertEquals(retries, spent(budget, 5000));
    }

    @Test
    void shouldSaveUpNoMoreThanTheReserve() {
        final RetryBudget budget = new RetryBudget();
        budget.percent(20);
        for (int i = 0; i < 1_000_000; i++) {
            budget.earn();
        }
        assertEquals(RetryBudget.RESERVE, spent(budget, 5000));
    }

    @Test
    void shouldAllowEveryRetryWhereNoShareIsSet() {
        final RetryBudget budget = new RetryBudget();
        budget.percent(0);
        assertEquals(5000, spent(budget, 5000));
    }
}
