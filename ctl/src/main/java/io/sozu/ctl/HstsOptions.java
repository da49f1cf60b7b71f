package io.sozu.ctl;

import io.sozu.control.model.HstsConfig;
import picocli.CommandLine.Option;

/** What browsers are told by Strict-Transport-Security, as options; one of them sets it as a whole. */
final class HstsOptions {
    @Option(names = "--hsts-max-age", paramLabel = "SECONDS",
        description = "browsers use HTTPS only for so long, 0 makes them forget it; one option of HSTS"
            + " replaces all that was said of it [31536000]")
    private Integer maxAgeSeconds;

    @Option(names = "--hsts-include-subdomains", description = "for the names below the host as well")
    private boolean includeSubdomains;

    @Option(names = "--hsts-preload", description = "browsers may be shipped with it")
    private boolean preload;

    @Option(names = "--hsts-force-replace-backend",
        description = "what a backend says of it is replaced, which stays otherwise")
    private boolean forceReplaceBackend;

    @Option(names = "--hsts-disabled",
        description = "browsers are told nothing, whatever holds for the listener")
    private boolean disabled;

    /**
     * Returns what is said, null for nothing.
     *
     * @throws IllegalArgumentException when the options contradict each other
     */
    HstsConfig config() {
        final boolean enabled = maxAgeSeconds != null || includeSubdomains || preload || forceReplaceBackend;
        if (disabled && enabled) {
            throw new IllegalArgumentException("--hsts-disabled contradicts the other options of HSTS;"
                + " leave it or them out");
        }
        return disabled || enabled ? new HstsConfig(enabled, maxAgeSeconds == null
            ? HstsConfig.DEFAULT_MAX_AGE_SECONDS : maxAgeSeconds, includeSubdomains, preload,
            forceReplaceBackend) : null;
    }
}
