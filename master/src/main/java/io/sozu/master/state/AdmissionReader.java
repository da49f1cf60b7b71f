package io.sozu.master.state;

import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ListenerAdmission;

/** Reads the limits of connections of the file. */
final class AdmissionReader {
    private AdmissionReader() {
    }

    static ListenerAdmission listener(final TomlSection section) {
        return new ListenerAdmission(section.number("max_connections"),
            section.number("max_connections_per_source"));
    }

    static ClusterAdmission cluster(final TomlSection section) {
        return new ClusterAdmission(optional(section, "max_connections_per_ip"),
            optional(section, "retry_after"));
    }

    private static Integer optional(final TomlSection section, final String name) {
        return section.has(name) ? Integer.valueOf(section.number(name, 0)) : null;
    }
}
