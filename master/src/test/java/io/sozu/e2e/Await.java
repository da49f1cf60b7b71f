package io.sozu.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits on conditions that only polling can see, bounded in time. */
final class Await {
    /** Longest wait for something that happens at once on an idle machine. */
    static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final long POLL_NANOS = 200_000;

    private Await() {
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    /** Returns when {@code condition} holds; fails with {@code what} after {@code limit}. */
    static void until(final Supplier<String> what, final Duration limit, final Condition condition) {
        if (!within(limit, condition)) {
            throw new AssertionError("not within " + limit.toMillis() + " ms: " + what.get());
        }
    }

    static void until(final String what, final Condition condition) {
        until(() -> what, PATIENCE, condition);
    }

    /** True as soon as {@code condition} holds, false when it did not within {@code limit}. */
    static boolean within(final Duration limit, final Condition condition) {
        final long end = System.nanoTime() + limit.toNanos();
        try {
            while (!condition.holds()) {
                if (System.nanoTime() - end >= 0) {
                    return false;
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
            return true;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
