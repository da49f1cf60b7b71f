package io.sozu.master.state;

import java.util.ArrayList;
import java.util.List;

/**
 * One key of the configuration file.
 *
 * @param defaultText what holds where nothing is said, as it would be written; empty for nothing
 * @param served whether it has an effect; else it is known, checked for its type, and warned of
 */
record ConfigKey(Section section, String name, Type type, String defaultText, long min, long max,
                 boolean served) {

    /** The tables of the file. */
    enum Section {
        TOP("the top level"),
        METRICS("[metrics]"),
        LISTENER("[[listeners]]"),
        CLUSTER("[clusters.ID]"),
        BACKEND_TLS("[clusters.ID.backend_tls]"),
        FRONTEND("frontends"),
        BACKEND("backends"),
        HSTS("hsts");

        private final String title;

        Section(final String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** What a value may be. */
    enum Type {
        TEXT("string"),
        FLAG("true or false"),
        INTEGER("whole number"),
        TEXTS("array of strings"),
        INTEGERS("array of whole numbers"),
        TABLE("table"),
        TABLES("array of tables");

        private final String title;

        Type(final String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    static List<String> names(final Section section) {
        final List<String> names = new ArrayList<>();
        for (final ConfigKey key : ConfigKeys.ALL) {
            if (key.section() == section) {
                names.add(key.name());
            }
        }
        return names;
    }

    static ConfigKey find(final Section section, final String name) {
        for (final ConfigKey key : ConfigKeys.ALL) {
            if (key.section() == section && key.name().equals(name)) {
                return key;
            }
        }
        return null;
    }
}
