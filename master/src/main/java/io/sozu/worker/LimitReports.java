package io.sozu.worker;

import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;

/** Counts how often each limit is reached, and tells it: one line for each every ten seconds at most. */
final class LimitReports {
    private static final LimitKind[] KINDS = LimitKind.values();
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private final WorkerMetrics metrics;
    private final Log log;
    private final long[] toldNanos = new long[KINDS.length];
    private final int[] untold = new int[KINDS.length];

    LimitReports(final WorkerMetrics metrics, final Log log) {
        this.metrics = metrics;
        this.log = log;
    }

    /** A limit is reached; the text is that of the source's address, of no length when there is none. */
    void reached(final LimitKind kind, final long source, final int sourceBytes, final long nowNanos) {
        final int index = kind.ordinal();
        metrics.counters.increment(metrics.limited[index]);
        if (untold[index] > 0 && nowNanos - toldNanos[index] < INTERVAL_NANOS) {
            untold[index]++;
            return;
        }
        log.begin(LogLevel.WARN).text("limit reached: ").text(kind.key());
        if (sourceBytes > 0) {
            log.text(", by ").bytes(source, sourceBytes);
        }
        if (untold[index] > 1) {
            log.text("; ").decimal(untold[index] - 1).text(" times more since the last such line");
        }
        log.end();
        toldNanos[index] = nowNanos;
        untold[index] = 1;
    }
}
