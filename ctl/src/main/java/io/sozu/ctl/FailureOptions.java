package io.sozu.ctl;

import io.sozu.control.model.FailurePolicy;
import picocli.CommandLine.Option;

/** What a cluster does when its backends cannot take a request, as options. */
final class FailureOptions {
    @Option(names = "--max-queue", paramLabel = "REQUESTS", defaultValue = "128",
        description = "requests that wait in each worker for a backend with room [${DEFAULT-VALUE}]")
    private int maxQueue;

    @Option(names = "--queue-timeout", paramLabel = "SECONDS", defaultValue = "5",
        description = "how long a request waits at most [${DEFAULT-VALUE}]")
    private int queueSeconds;

    @Option(names = "--consecutive-5xx", paramLabel = "ANSWERS", defaultValue = "0",
        description = "answers of 5xx in a row that eject a backend; 0 for never [${DEFAULT-VALUE}]")
    private int consecutive5xx;

    @Option(names = "--consecutive-failures", paramLabel = "FAILURES", defaultValue = "0",
        description = "failures in a row that eject a backend; 0 for never [${DEFAULT-VALUE}]")
    private int consecutiveFailures;

    @Option(names = "--ejection-time", paramLabel = "SECONDS", defaultValue = "10",
        description = "how long the first ejection takes; each further one doubles it [${DEFAULT-VALUE}]")
    private int ejectionSeconds;

    @Option(names = "--max-ejected-percent", paramLabel = "0..100", defaultValue = "50",
        description = "share of the backends that may be ejected at a time [${DEFAULT-VALUE}]")
    private int maxEjectedPercent;

    @Option(names = "--retries", paramLabel = "0..2", defaultValue = "2",
        description = "how many more backends a request is given to when one cannot take it"
            + " [${DEFAULT-VALUE}]")
    private int retries;

    @Option(names = "--retry-budget", paramLabel = "0..100", defaultValue = "20",
        description = "share of the requests that may be tried again, in percent; 0 for all"
            + " [${DEFAULT-VALUE}]")
    private int retryBudgetPercent;

    FailurePolicy policy() {
        return new FailurePolicy(maxQueue, queueSeconds, consecutive5xx, consecutiveFailures, ejectionSeconds,
            maxEjectedPercent, retries, retryBudgetPercent);
    }
}
