package io.sozu.master.state;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.tomlj.TomlPosition;

/** What is to be said about a file, with its places. */
final class Problems {
    private static final int MAX_SHOWN = 50;
    private final String file;
    private final List<Line> errors = new ArrayList<>();
    private final List<Line> warnings = new ArrayList<>();

    Problems(final String file) {
        this.file = file;
    }

    /** One line of a report. */
    private record Line(int line, int column, String text) {
    }

    void error(final TomlPosition at, final String problem) {
        errors.add(new Line(at.line(), at.column(), problem));
    }

    void warn(final TomlPosition at, final String problem) {
        warnings.add(new Line(at.line(), at.column(), problem));
    }

    boolean none() {
        return errors.isEmpty();
    }

    List<String> warnings() {
        return text(warnings);
    }

    void throwIfAny() throws ConfigFileException {
        if (!errors.isEmpty()) {
            throw new ConfigFileException(text(errors));
        }
    }

    private List<String> text(final List<Line> lines) {
        final List<String> text = new ArrayList<>();
        lines.stream().sorted(Comparator.comparingInt(Line::line).thenComparingInt(Line::column)).distinct()
            .limit(MAX_SHOWN).forEach(line ->
                text.add(file + ":" + line.line() + ":" + line.column() + ": " + line.text()));
        if (lines.size() > MAX_SHOWN) {
            text.add(file + ": and " + (lines.size() - MAX_SHOWN) + " more");
        }
        return text;
    }
}
