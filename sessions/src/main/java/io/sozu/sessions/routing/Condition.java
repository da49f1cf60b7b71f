package io.sozu.sessions.routing;

import io.sozu.sessions.cluster.RefusedException;

/**
 * A name and the value it must have, of a header field or of the query; compared byte by byte as received.
 *
 * @param name of a header field in any case
 */
public record Condition(String name, String value) {
    public Condition {
        if (name == null || name.isEmpty() || value == null) {
            throw new RefusedException("a condition needs a name and a value");
        }
    }

    /** Returns the condition as operators write it: {@code name=value}. */
    public String text() {
        return name + "=" + value;
    }
}
