package io.sozu.ctl;

import io.sozu.control.model.StickyConfig;
import picocli.CommandLine.Option;

/** Whether and how a client keeps its backend, as options. */
final class StickyOptions {
    @Option(names = {"-s", "--sticky-session"}, description = "a client keeps its backend")
    private boolean enabled;

    @Option(names = "--sticky-secure", description = "the sticky cookie goes over TLS only")
    private boolean secure;

    @Option(names = "--sticky-http-only", description = "scripts of a page cannot read it")
    private boolean httpOnly;

    @Option(names = "--sticky-same-site", paramLabel = "WHEN",
        description = "whether other sites' requests carry it: one of ${COMPLETION-CANDIDATES}")
    private StickyConfig.SameSite sameSite;

    @Option(names = "--sticky-max-age", paramLabel = "SECONDS", defaultValue = "0",
        description = "how long it is kept; 0 until the browser is closed [${DEFAULT-VALUE}]")
    private int maxAge;

    @Option(names = "--sticky-path", paramLabel = "PATH", defaultValue = "/",
        description = "the part of the site it is for [${DEFAULT-VALUE}]")
    private String path;

    StickyConfig config() {
        return new StickyConfig(enabled, secure, httpOnly, sameSite, maxAge, path);
    }
}
