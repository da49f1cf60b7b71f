package io.sozu.ctl;

import io.sozu.control.model.ListenerAdmission;
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

    ListenerAdmission admission() {
        return new ListenerAdmission(maxConnections, maxConnectionsPerSource);
    }
}
