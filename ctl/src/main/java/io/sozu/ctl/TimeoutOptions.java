package io.sozu.ctl;

import io.sozu.control.model.Timeouts;
import picocli.CommandLine.Option;

/** The timeouts of a listener, as options. */
final class TimeoutOptions {
    @Option(names = "--front-timeout", paramLabel = "SECONDS", defaultValue = "60",
        description = "how long a client may stay silent [${DEFAULT-VALUE}]")
    private int frontSeconds;

    @Option(names = "--back-timeout", paramLabel = "SECONDS", defaultValue = "30",
        description = "how long a backend may stay silent [${DEFAULT-VALUE}]")
    private int backSeconds;

    @Option(names = "--connect-timeout", paramLabel = "SECONDS", defaultValue = "3",
        description = "how long a backend may take to accept a connection [${DEFAULT-VALUE}]")
    private int connectSeconds;

    @Option(names = "--request-timeout", paramLabel = "SECONDS", defaultValue = "10",
        description = "how long a request head may take to arrive [${DEFAULT-VALUE}]")
    private int requestSeconds;

    @Option(names = "--keepalive-timeout", paramLabel = "SECONDS", defaultValue = "0",
        description = "how long a client may stay silent between requests, 0 for as long as within one"
            + " [${DEFAULT-VALUE}]")
    private int keepaliveSeconds;

    @Option(names = "--response-timeout", paramLabel = "SECONDS", defaultValue = "0",
        description = "how long a backend may stay silent before its response, 0 for as long as within it"
            + " [${DEFAULT-VALUE}]")
    private int responseSeconds;

    Timeouts timeouts() {
        return new Timeouts(frontSeconds, backSeconds, connectSeconds, requestSeconds, keepaliveSeconds,
            responseSeconds);
    }
}
