package io.sozu.ctl;

import io.sozu.control.model.RateLimit;
import picocli.CommandLine.Option;

/**
 * How many requests a listener or a cluster takes, as options. Whether rate and burst go together is for the
 * master to say: one of them may be configured already.
 */
final class RequestRateOptions {
    @Option(names = "--request-rate", paramLabel = "COUNT", defaultValue = "0",
        description = "requests a second in each worker, 0 for any number [${DEFAULT-VALUE}]")
    private int requestRate;

    @Option(names = "--request-burst", paramLabel = "COUNT", defaultValue = "0",
        description = "how many at once after a pause, 0 for those of one second [${DEFAULT-VALUE}]")
    private int requestBurst;

    @Option(names = "--request-rate-per-source", paramLabel = "COUNT", defaultValue = "0",
        description = "the same for one IPv4 address or IPv6 /64 [${DEFAULT-VALUE}]")
    private int requestRatePerSource;

    @Option(names = "--request-burst-per-source", paramLabel = "COUNT", defaultValue = "0",
        description = "the same for one IPv4 address or IPv6 /64 [${DEFAULT-VALUE}]")
    private int requestBurstPerSource;

    RateLimit all() {
        return new RateLimit(requestRate, requestBurst);
    }

    RateLimit perSource() {
        return new RateLimit(requestRatePerSource, requestBurstPerSource);
    }
}
