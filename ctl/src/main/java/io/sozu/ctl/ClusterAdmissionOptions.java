package io.sozu.ctl;

import io.sozu.control.model.ClusterAdmission;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a cluster takes of one source, as options. */
final class ClusterAdmissionOptions {
    @Option(names = "--max-connections-per-ip", paramLabel = "COUNT",
        description = "connections of one IPv4 address or IPv6 /64 in each worker, 0 for any number"
            + " [as at the top level of the file]")
    private Integer maxConnectionsPerIp;

    @Option(names = "--retry-after", paramLabel = "SECONDS",
        description = "what a client with too many connections is told to wait, 0 to tell nothing"
            + " [as at the top level of the file]")
    private Integer retryAfterSeconds;

    @Mixin
    private RequestRateOptions requests;

    ClusterAdmission admission() {
        return new ClusterAdmission(maxConnectionsPerIp, retryAfterSeconds, requests.all(),
            requests.perSource());
    }
}
