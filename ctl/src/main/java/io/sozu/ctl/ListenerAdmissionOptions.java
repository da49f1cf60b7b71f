package io.sozu.ctl;

import io.sozu.control.model.ListenerAdmission;
import io.sozu.control.model.RateLimit;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whom a listener lets in, as options. */
final class ListenerAdmissionOptions {
    @Option(names = "--max-connections", paramLabel = "COUNT", defaultValue = "0",
        description = "how many connections each worker accepts at a time, 0 for any number"
            + " [${DEFAULT-VALUE}]")
    private int maxConnections;

    @Option(names = "--max-connections-per-source", paramLabel = "COUNT", defaultValue = "0",
        description = "how many of them one IPv4 address or IPv6 /64 has, 0 for any number"
            + " [${DEFAULT-VALUE}]")
    private int maxConnectionsPerSource;

    @Option(names = "--connection-rate", paramLabel = "COUNT", defaultValue = "0",
        description = "new connections a second in each worker, 0 for any number [${DEFAULT-VALUE}]")
    private int connectionRate;

    @Option(names = "--connection-burst", paramLabel = "COUNT", defaultValue = "0",
        description = "how many at once after a pause, 0 for those of one second [${DEFAULT-VALUE}]")
    private int connectionBurst;

    @Option(names = "--connection-rate-per-source", paramLabel = "COUNT", defaultValue = "0",
        description = "the same for one IPv4 address or IPv6 /64 [${DEFAULT-VALUE}]")
    private int connectionRatePerSource;

    @Option(names = "--connection-burst-per-source", paramLabel = "COUNT", defaultValue = "0",
        description = "the same for one IPv4 address or IPv6 /64 [${DEFAULT-VALUE}]")
    private int connectionBurstPerSource;

    @Mixin
    private RequestRateOptions requests;

    ListenerAdmission admission() {
        return new ListenerAdmission(maxConnections, maxConnectionsPerSource,
            new RateLimit(connectionRate, connectionBurst),
            new RateLimit(connectionRatePerSource, connectionBurstPerSource),
            requests.all(), requests.perSource());
    }
}
