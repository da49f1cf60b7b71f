package io.sozu.perf.fuzz;

import io.sozu.bindings.memory.Memory;
import io.sozu.protocols.http.HeadView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Texts of what a view points at, and what must hold of where it points. */
final class Heads {
    private Heads() {
    }

    static String span(final HeadView view, final int offset, final int lengthBytes) {
        Oracle.check(offset >= 0 && lengthBytes >= 0 && offset + lengthBytes <= view.headBytes(),
                () -> "a span of " + lengthBytes + " at " + offset + " of " + view.headBytes());
        return text(view.address() + offset, lengthBytes);
    }

    static String text(final long address, final int lengthBytes) {
        return Oracle.text(Memory.toArray(address, lengthBytes));
    }

    /** Returns the values of a field, in order. */
    static List<String> values(final HeadView view, final String name) {
        final List<String> values = new ArrayList<>();
        for (int i = 0; i < view.fieldCount(); i++) {
            if (span(view, view.nameOffset(i), view.nameBytes(i)).toLowerCase(Locale.ROOT).equals(name)) {
                values.add(span(view, view.valueOffset(i), view.valueBytes(i)));
            }
        }
        return values;
    }

    /** Asserts that the fields tile the head: each line is a name, a colon and a value of text. */
    static void checkFields(final HeadView view) {
        int at = view.fieldsOffset();
        for (int i = 0; i < view.fieldCount(); i++) {
            final String line = span(view, view.lineOffset(i), view.lineBytes(i));
            final String name = span(view, view.nameOffset(i), view.nameBytes(i));
            final String value = span(view, view.valueOffset(i), view.valueBytes(i));
            Oracle.same(at, view.lineOffset(i), () -> "the begin of " + line);
            Oracle.check(line.startsWith(name + ":") && line.endsWith("\r\n")
                    && strip(line.substring(name.length() + 1, line.length() - 2)).equals(value),
                    () -> "name " + name + " value " + value + " of " + line);
            Oracle.check(name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+"), () -> "name " + name);
            Oracle.check(value.chars().allMatch(c -> c >= ' ' && c != 0x7f || c == '\t'),
                    () -> "value " + value);
            at += view.lineBytes(i);
        }
        Oracle.same(at, view.blankLineOffset(), () -> "the blank line");
        Oracle.same("\r\n", span(view, at, 2), () -> "the blank line");
        Oracle.same(at + 2, view.headBytes(), () -> "the end");
    }

    private static String strip(final String text) {
        int from = 0;
        int to = text.length();
        while (from < to && (text.charAt(from) == ' ' || text.charAt(from) == '\t')) {
            from++;
        }
        while (to > from && (text.charAt(to - 1) == ' ' || text.charAt(to - 1) == '\t')) {
            to--;
        }
        return text.substring(from, to);
    }
}
