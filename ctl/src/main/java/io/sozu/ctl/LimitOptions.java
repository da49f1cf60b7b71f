package io.sozu.ctl;

import io.sozu.control.model.ListenerLimits;
import picocli.CommandLine.Option;

/** How much a listener takes of one client, as options. */
final class LimitOptions {
    @Option(names = "--max-body-size", paramLabel = "BYTES", defaultValue = "0",
        description = "the longest body of a request, 0 for any [${DEFAULT-VALUE}]")
    private long maxBodyBytes;

    @Option(names = "--min-body-rate", paramLabel = "BYTES", defaultValue = "0",
        description = "how much of a body a client has to send a second, 0 for any [${DEFAULT-VALUE}]")
    private int minBodyRate;

    @Option(names = "--max-keepalive-requests", paramLabel = "COUNT", defaultValue = "0",
        description = "how many requests a connection may carry, 0 for any [${DEFAULT-VALUE}]")
    private int maxKeepaliveRequests;

    @Option(names = "--max-connection-age", paramLabel = "SECONDS", defaultValue = "0",
        description = "after how long a connection carries no further request, 0 for never"
            + " [${DEFAULT-VALUE}]")
    private int maxAgeSeconds;

    @Option(names = "--max-header-fields", paramLabel = "COUNT", defaultValue = "128",
        description = "how many header fields a request may have [${DEFAULT-VALUE}]")
    private int maxHeaderFields;

    @Option(names = "--max-header-size", paramLabel = "BYTES", defaultValue = "0",
        description = "how long the head of a request may be, 0 for what a page holds [${DEFAULT-VALUE}]")
    private int maxHeaderBytes;

    ListenerLimits limits() {
        return new ListenerLimits(maxBodyBytes, minBodyRate, maxKeepaliveRequests, maxAgeSeconds,
            maxHeaderFields, maxHeaderBytes);
    }
}
