package io.sozu.perf.fuzz;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One request or response as somebody read it.
 *
 * @param start method and target, or the status
 * @param fields {@code name: value} in order, names in lower case
 * @param body the data, without chunks
 */
record Message(String start, List<String> fields, String body) {
    private static final Set<String> FRAMING = Set.of("host", "content-length", "transfer-encoding");

    static String field(final String name, final String value) {
        return name.toLowerCase(Locale.ROOT) + ": " + value;
    }

    /** Returns the values of a field, in order. */
    List<String> values(final String name) {
        return fields.stream().filter(field -> field.startsWith(name + ": "))
                .map(field -> field.substring(name.length() + 2)).toList();
    }

    /** Returns the message without the fields that frame it, and without some others. */
    Message without(final Set<String> names) {
        return new Message(start, fields.stream().filter(field -> {
            final String name = field.substring(0, field.indexOf(": "));
            return !FRAMING.contains(name) && !names.contains(name);
        }).toList(), body);
    }
}
