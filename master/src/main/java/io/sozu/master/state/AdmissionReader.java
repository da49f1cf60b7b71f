package io.sozu.master.state;

import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ListenerAdmission;
import io.sozu.control.model.RateLimit;

/** Reads the limits of connections and rates of the file. */
final class AdmissionReader {
    private static final String PER_SOURCE = "_per_source";

    private AdmissionReader() {
    }

    static ListenerAdmission listener(final TomlSection section) {
        return new ListenerAdmission(section.number("max_connections"),
            section.number("max_connections_per_source"), rate(section, "connection", ""),
            rate(section, "connection", PER_SOURCE), rate(section, "request", ""),
            rate(section, "request", PER_SOURCE));
    }

    static ClusterAdmission cluster(final TomlSection section) {
        return new ClusterAdmission(optional(section, "max_connections_per_ip"),
            optional(section, "retry_after"), rate(section, "request", ""),
            rate(section, "request", PER_SOURCE));
    }

    private static RateLimit rate(final TomlSection section, final String what, final String suffix) {
        return RateLimit.of(what, suffix, section.number(what + "_rate" + suffix),
            section.number(what + "_burst" + suffix));
    }

    private static Integer optional(final TomlSection section, final String name) {
        return section.has(name) ? Integer.valueOf(section.number(name, 0)) : null;
    }
}
