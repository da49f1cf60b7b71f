package io.sozu.master.state;

import io.sozu.control.model.HstsConfig;
import org.tomlj.TomlTable;

/** Reads what browsers are told by Strict-Transport-Security, of a listener or of a frontend. */
final class HstsReader {
    private static final String TABLE = "hsts";
    private static final int SHORT_SECONDS = 86_400;

    private final Problems problems;

    HstsReader(final Problems problems) {
        this.problems = problems;
    }

    /** Returns what the table {@code hsts} of a section says, null where there is none. */
    HstsConfig of(final TomlSection section) {
        final TomlTable table = section.table(TABLE);
        return table == null ? null : read(new TomlSection(table, section.at(TABLE), ConfigKey.Section.HSTS,
            "'" + TABLE + "'", problems));
    }

    /** Returns what the table says, and warns of what does less than it seems to. */
    HstsConfig read(final TomlSection hsts) {
        final HstsConfig config = new HstsConfig(hsts.flag("enabled"), hsts.number("max_age"),
            hsts.flag("include_subdomains"), hsts.flag("preload"), hsts.flag("force_replace_backend"));
        if (!config.enabled()) {
            return config;
        }
        if (config.preload() && !config.isFitForPreload()) {
            problems.warn(hsts.at("preload"), "'preload' has no effect yet: the makers of browsers ask for"
                + " include_subdomains = true and a max_age of " + HstsConfig.DEFAULT_MAX_AGE_SECONDS
                + " at least");
        } else if (config.maxAgeSeconds() > 0 && config.maxAgeSeconds() < SHORT_SECONDS) {
            problems.warn(hsts.at("max_age"), "'max_age' is " + config.maxAgeSeconds()
                + ", less than a day: it protects nobody who comes less often; 0 takes back what was said");
        }
        return config;
    }
}
