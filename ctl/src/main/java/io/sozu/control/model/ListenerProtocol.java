package io.sozu.control.model;

import java.util.Locale;

/** What a listener speaks with its clients; the names are those of orders and files. */
public enum ListenerProtocol {
    HTTP,
    HTTPS,
    TCP;

    /** The name in orders and files. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
