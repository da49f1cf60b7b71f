package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows under headings, in columns as wide as they need to be. */
final class Table {
    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();

    Table(final String... headings) {
        rows.add(headings);
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
}
