package io.sozu.ctl;

import io.sozu.control.model.ExchangeTerms;
import picocli.CommandLine.Option;

/** What a cluster or a frontend grants its exchanges, as options; one left out says nothing. */
final class TermsOptions {
    @Option(names = "--front-timeout", paramLabel = "SECONDS",
        description = "how long a client may stay silent within an exchange")
    private Integer frontSeconds;

    @Option(names = "--back-timeout", paramLabel = "SECONDS",
        description = "how long a backend may stay silent within its response")
    private Integer backSeconds;

    @Option(names = "--connect-timeout", paramLabel = "SECONDS",
        description = "how long a backend may take to accept a connection")
    private Integer connectSeconds;

    @Option(names = "--response-timeout", paramLabel = "SECONDS",
        description = "how long a backend may stay silent before its response")
    private Integer responseSeconds;

    @Option(names = "--min-body-rate", paramLabel = "BYTES",
        description = "how much of a body a client has to send a second, 0 for any")
    private Integer minBodyRate;

    @Option(names = "--max-body-size", paramLabel = "BYTES",
        description = "the longest body of a request, 0 for any")
    private Long maxBodyBytes;

    ExchangeTerms terms() {
        return new ExchangeTerms(frontSeconds, backSeconds, connectSeconds, responseSeconds, minBodyRate,
            maxBodyBytes);
    }
}
