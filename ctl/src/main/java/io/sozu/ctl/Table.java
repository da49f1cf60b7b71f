package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Rows under headings, in columns as wide as they need to be. */
final class Table {
    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();

    Table(final String... headings) {
        rows.add(headings);
    }

    /** Makes a table of a JSON array of objects: a column for each name that has a simple value. */
    static Table of(final JsonNode objects) {
        final Set<String> names = new LinkedHashSet<>();
        final JsonNode list = objects == null ? MissingNode.getInstance() : objects;
        list.forEach(object -> object.properties().forEach(field -> {
            if (field.getValue().isValueNode()) {
                names.add(field.getKey());
            }
        }));
        final Table table = new Table(names.stream().map(Table::heading).toArray(String[]::new));
        list.forEach(object ->
            table.row(names.stream().map(name -> text(object.path(name))).toArray(String[]::new)));
        return table;
    }

    /** Adds a row with a cell for each heading. */
    void row(final String... cells) {
        rows.add(cells);
    }

    void print(final PrintWriter out) {
        if (rows.size() == 1) {
            out.println("none");
            return;
        }
        final int[] widths = new int[rows.getFirst().length];
        for (final String[] row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (final String[] row : rows) {
            final StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row[i]).append(" ".repeat(widths[i] - row[i].length())).append(GAP);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** A value as a cell: a dash where there is none. */
    static String text(final JsonNode value) {
        return value.isMissingNode() || value.isNull() || value.asText().isEmpty() ? "-" : value.asText();
    }

    private static String heading(final String name) {
        return name.replace('_', ' ').toUpperCase(Locale.ROOT);
    }
}
