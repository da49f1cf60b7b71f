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

    FailurePolicy policy() {
        return new FailurePolicy(maxQueue, queueSeconds);
    }
}
