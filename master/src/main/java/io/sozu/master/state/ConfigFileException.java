package io.sozu.master.state;

import java.util.List;

/**
 * A configuration file that cannot be used; each problem is one line {@code file:line:column: what and the
 * cure}.
 */
public final class ConfigFileException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<String> problems;

    ConfigFileException(final List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    /** Everything that is wrong, in the order of the file. */
    public List<String> problems() {
        return problems;
    }
}
