package io.sozu.ctl;

import io.sozu.control.model.HttpsRedirect;
import picocli.CommandLine.Option;

/** Whether and where clients of HTTP listeners are sent, as options. */
final class RedirectOptions {
    @Option(names = {"-r", "--https-redirect"}, description = "clients of HTTP listeners are sent to HTTPS")
    private boolean enabled;

    @Option(names = "--https-redirect-port", paramLabel = "PORT",
        description = "port that they are sent to [443]")
    private Integer port;

    HttpsRedirect redirect() {
        return new HttpsRedirect(enabled, port);
    }
}
