package io.sozu.e2e;

import java.util.List;

/**
 * The head of a message as the wire had it: start line, fields in order, and the raw bytes as Latin-1 text.
 */
record Head(String startLine, List<Field> fields, String raw) {

    /** Second word of the start line: the target of a request. */
    String target() {
        return startLine.split(" ", 3)[1];
    }

    String method() {
        return startLine.split(" ", 2)[0];
    }

    /** Status code of a response. */
    int status() {
        return Integer.parseInt(startLine.substring(9, 12));
    }

    List<String> values(final String name) {
        return fields.stream().filter(field -> field.is(name)).map(Field::value).toList();
    }

    boolean has(final String name) {
        return !values(name).isEmpty();
    }

    /** The value of the only field of this name, or null when there is none. */
    String only(final String name) {
        final List<String> values = values(name);
        if (values.size() > 1) {
            throw new AssertionError("several " + name + " fields in\n" + raw);
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    /** True when a Connection field lists {@code option}. */
    boolean connection(final String option) {
        for (final String value : values("Connection")) {
            for (final String item : value.split(",")) {
                if (item.strip().equalsIgnoreCase(option)) {
                    return true;
                }
            }
        }
        return false;
    }
}
