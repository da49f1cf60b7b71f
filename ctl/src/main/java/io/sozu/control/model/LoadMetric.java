package io.sozu.control.model;

import java.util.Locale;

/** What counts as load of a backend. */
public enum LoadMetric {
    CONNECTIONS,
    REQUESTS,
    CONNECTION_TIME;

    /** The name in orders; files know it in either case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
