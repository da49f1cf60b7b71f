package io.sozu.master.state;

import io.sozu.control.model.InvalidConfigException;
import io.sozu.control.model.Nearest;
import io.sozu.control.model.Quote;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Reads one table of the file: says what is wrong with each key, and gives the default where it is. */
final class TomlSection {
    private final TomlTable table;
    private final TomlPosition place;
    private final ConfigKey.Section section;
    private final String title;
    private final Problems problems;

    /**
     * Checks every key of the table.
     *
     * @param place where the table starts
     * @param title what messages call it
     */
    TomlSection(final TomlTable table, final TomlPosition place, final ConfigKey.Section section,
                final String title, final Problems problems) {
        this.table = table;
        this.place = place;
        this.section = section;
        this.title = title;
        this.problems = problems;
        for (final String name : table.keySet()) {
            check(name);
        }
    }

    /** Warns of each key that is written but has no effect, unless it says what holds anyway. */
    void warnOfIgnored() {
        for (final String name : table.keySet()) {
            final ConfigKey key = ConfigKey.find(section, name);
            if (key != null && !key.served() && key.type() != ConfigKey.Type.TABLE
                && !key.defaultText().equalsIgnoreCase(String.valueOf(value(name)))) {
                problems.warn(at(name), "key '" + name + "' is not served yet and has no effect");
            } else if (key != null && !key.served() && key.type() == ConfigKey.Type.TABLE) {
                problems.warn(at(name), "table '" + name + "' is not served yet and has no effect");
            }
        }
    }

    /** Where the table starts; for an inline table, its first key. */
    TomlPosition place() {
        return table.keySet().stream().map(this::at)
            .min(Comparator.comparingInt(TomlPosition::line).thenComparingInt(TomlPosition::column))
            .filter(first -> section == ConfigKey.Section.FRONTEND || section == ConfigKey.Section.BACKEND)
            .orElse(place);
    }

    TomlPosition at(final String name) {
        return table.contains(List.of(name)) ? table.inputPositionOf(List.of(name)) : place();
    }

    boolean has(final String name) {
        return table.contains(List.of(name));
    }

    String text(final String name) {
        return value(name) instanceof String text ? text : defaultText(name);
    }

    /** Returns the text, or reports that it is missing and returns null. */
    String required(final String name) {
        if (value(name) instanceof String text) {
            return text;
        }
        if (!has(name)) {
            problems.error(place(), "key '" + name + "' is missing in " + title);
        }
        return null;
    }

    boolean flag(final String name) {
        return value(name) instanceof Boolean flag ? flag : Boolean.parseBoolean(defaultText(name));
    }

    int number(final String name) {
        return number(name, Integer.parseInt(defaultText(name)));
    }

    int number(final String name, final int absent) {
        final ConfigKey key = ConfigKey.find(section, name);
        return value(name) instanceof Long number && number >= key.min() && number <= key.max()
            ? (int) (long) number : absent;
    }

    /** Returns the number, or null where the table says nothing. */
    Integer numberIfSaid(final String name) {
        return has(name) ? Integer.valueOf(number(name, 0)) : null;
    }

    /** Returns the number, which may be a large one, or null where the table says nothing. */
    Long countIfSaid(final String name) {
        return value(name) instanceof Long number ? number : null;
    }

    List<Integer> numbers(final String name) {
        final List<Integer> numbers = new ArrayList<>();
        if (value(name) instanceof TomlArray array) {
            array.toList().stream().filter(Long.class::isInstance).map(Long.class::cast)
                .forEach(number -> numbers.add((int) (long) number));
        }
        return numbers;
    }

    /** Returns an array of strings, empty where nothing is said. */
    List<String> list(final String name) {
        final List<String> texts = new ArrayList<>();
        if (value(name) instanceof TomlArray array) {
            array.toList().stream().filter(String.class::isInstance).map(String.class::cast)
                .forEach(texts::add);
        }
        return texts;
    }

    /** Returns a table of strings, sorted; what is no string is reported. */
    Map<String, String> texts(final String name) {
        final Map<String, String> texts = new TreeMap<>();
        if (value(name) instanceof TomlTable inner) {
            for (final String key : inner.keySet()) {
                if (inner.get(List.of(key)) instanceof String text) {
                    texts.put(key, text);
                } else {
                    problems.error(inner.inputPositionOf(List.of(key)), "'" + name + "." + Quote.ifNeeded(key)
                        + "' must be a string, not " + kind(inner.get(List.of(key))));
                }
            }
        }
        return texts;
    }

    List<TomlSection> tables(final String name, final ConfigKey.Section inner, final String innerTitle) {
        final List<TomlSection> sections = new ArrayList<>();
        if (value(name) instanceof TomlArray array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i) instanceof TomlTable element) {
                    sections.add(new TomlSection(element, array.inputPositionOf(i), inner, innerTitle,
                        problems));
                }
            }
        }
        return sections;
    }

    TomlTable table(final String name) {
        return value(name) instanceof TomlTable inner ? inner : null;
    }

    <E extends Enum<E>> E choice(final String name, final Class<E> type, final E absent) {
        if (!(value(name) instanceof String text)) {
            return absent;
        }
        for (final E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        final boolean upper = defaultText(name).equals(defaultText(name).toUpperCase(Locale.ROOT))
            && !defaultText(name).isEmpty();
        final List<String> names = Arrays.stream(type.getEnumConstants())
            .map(constant -> upper ? constant.name() : constant.name().toLowerCase(Locale.ROOT)).toList();
        problems.error(at(name), "'" + name + "' is " + Quote.of(text) + "; it must be one of "
            + String.join(", ", names) + Nearest.hint(text, names));
        return absent;
    }

    /** Runs a check whose complaint belongs to a key of this table, and returns null when it complained. */
    <T> T valid(final Supplier<T> value) {
        try {
            return value.get();
        } catch (final InvalidConfigException e) {
            problems.error(at(e.field()), e.getMessage() + " (in " + title + ")");
            return null;
        }
    }

    private Object value(final String name) {
        return table.get(List.of(name));
    }

    private String defaultText(final String name) {
        return ConfigKey.find(section, name).defaultText();
    }

    private void check(final String name) {
        final ConfigKey key = ConfigKey.find(section, name);
        final Object value = value(name);
        if (key == null) {
            problems.error(at(name), "unknown key " + Quote.of(name) + " in " + title
                + Nearest.hint(name, ConfigKey.names(section)));
        } else if (!is(key.type(), value)) {
            problems.error(at(name), "'" + name + "' must be " + article(key.type()) + ", not "
                + kind(value));
        } else if (key.max() > 0 && value instanceof Long number
            && (number < key.min() || number > key.max())) {
            problems.error(at(name), "'" + name + "' is " + number + "; it must be " + key.min() + " to "
                + key.max());
        } else if (key.max() > 0 && value instanceof TomlArray array) {
            for (int i = 0; i < array.size(); i++) {
                if ((Long) array.get(i) < key.min() || (Long) array.get(i) > key.max()) {
                    problems.error(array.inputPositionOf(i), "'" + name + "' has " + array.get(i)
                        + "; it must be " + key.min() + " to " + key.max());
                }
            }
        }
    }

    private static boolean is(final ConfigKey.Type type, final Object value) {
        return switch (type) {
            case TEXT -> value instanceof String;
            case FLAG -> value instanceof Boolean;
            case INTEGER -> value instanceof Long;
            case TABLE -> value instanceof TomlTable;
            case TEXTS -> all(value, String.class);
            case INTEGERS -> all(value, Long.class);
            case TABLES -> all(value, TomlTable.class);
        };
    }

    private static boolean all(final Object value, final Class<?> type) {
        return value instanceof TomlArray array && array.toList().stream().allMatch(type::isInstance);
    }

    private static String article(final ConfigKey.Type type) {
        return switch (type) {
            case FLAG -> type.title();
            case TEXTS, INTEGERS, TABLES -> "an " + type.title();
            default -> "a " + type.title();
        };
    }

    private static String kind(final Object value) {
        return switch (value) {
            case String text -> "the string " + Quote.of(text);
            case Long number -> "the number " + number;
            case Double number -> "the number " + number;
            case Boolean flag -> flag.toString();
            case TomlTable table -> "a table";
            case TomlArray array -> "an array" + (array.isEmpty() ? "" : mixed(array));
            default -> "a date or time";
        };
    }

    private static String mixed(final TomlArray array) {
        return " of " + (array.get(0) instanceof TomlTable ? "tables" : array.get(0) instanceof String
            ? "strings" : "other things");
    }
}
