package io.sozu.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.Nearest;
import io.sozu.control.model.Quote;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the fields of one JSON object by name and type, and refuses those nobody asked for. */
final class Fields {
    private static final int MAX_SHOWN = 24;
    private final JsonNode object;
    private final String where;
    private final List<String> known = new ArrayList<>();

    /**
     * @param where what the object is, for messages
     * @throws OrderException when the value is no object
     */
    Fields(final JsonNode value, final String where) throws OrderException {
        if (value == null || !value.isObject()) {
            throw new OrderException(where + ": must be an object"
                + (value == null ? "" : ", not " + show(value)));
        }
        this.object = value;
        this.where = where;
    }

    /** Returns the fields of an object in this one. */
    Fields inner(final String name, final JsonNode value) throws OrderException {
        return new Fields(value, where + "." + name);
    }

    /** Returns the value, null when it is absent or null. */
    JsonNode node(final String name) {
        known.add(name);
        final JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    JsonNode required(final String name) throws OrderException {
        final JsonNode value = node(name);
        if (value == null) {
            throw fault("field '" + name + "' is missing");
        }
        return value;
    }

    String text(final String name) throws OrderException {
        required(name);
        return text(name, null);
    }

    String text(final String name, final String absent) throws OrderException {
        final JsonNode value = node(name);
        if (value != null && !value.isTextual()) {
            throw wrongType(name, "a string", value);
        }
        return value == null ? absent : value.textValue();
    }

    boolean flag(final String name, final boolean absent) throws OrderException {
        final JsonNode value = node(name);
        if (value != null && !value.isBoolean()) {
            throw wrongType(name, "true or false", value);
        }
        return value == null ? absent : value.booleanValue();
    }

    int number(final String name, final int absent) throws OrderException {
        final JsonNode value = node(name);
        if (value != null && !value.isIntegralNumber()) {
            throw wrongType(name, "a whole number", value);
        }
        if (value != null && !value.canConvertToInt()) {
            throw fault("field '" + name + "' is out of range: " + show(value));
        }
        return value == null ? absent : value.intValue();
    }

    /** Returns the number, null when it is absent or null. */
    Integer number(final String name) throws OrderException {
        return node(name) == null ? null : Integer.valueOf(number(name, 0));
    }

    /** Returns the number, which may be a large one, null when it is absent or null. */
    Long count(final String name) throws OrderException {
        final JsonNode value = node(name);
        if (value != null && !value.isIntegralNumber()) {
            throw wrongType(name, "a whole number", value);
        }
        if (value != null && !value.canConvertToLong()) {
            throw fault("field '" + name + "' is out of range: " + show(value));
        }
        return value == null ? null : Long.valueOf(value.longValue());
    }

    <E extends Enum<E>> E choice(final String name, final Class<E> type, final E absent)
        throws OrderException {
        final String text = text(name, null);
        if (text == null) {
            return absent;
        }
        final List<String> names = Arrays.stream(type.getEnumConstants()).map(Enum::name).toList();
        for (final E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw fault("field '" + name + "' is " + Quote.of(text) + "; it must be one of "
            + String.join(", ", names).toLowerCase(Locale.ROOT)
            + Nearest.hint(text, names).toLowerCase(Locale.ROOT));
    }

    /** Refuses fields of Sōzu that would have no effect here. */
    void notServed(final String... names) throws OrderException {
        for (final String name : names) {
            if (node(name) != null) {
                throw fault("field '" + name + "' is not served yet; leave it out");
            }
        }
    }

    /** Returns the fields that nobody has asked for so far, and counts them as asked for. */
    ObjectNode rest() {
        final ObjectNode rest = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(field -> {
            if (!known.contains(field.getKey())) {
                rest.set(field.getKey(), field.getValue());
                known.add(field.getKey());
            }
        });
        return rest;
    }

    /** Returns the names that have been asked for so far. */
    List<String> known() {
        return known;
    }

    /** Refuses every field that nobody asked for. */
    void end() throws OrderException {
        for (final Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            final String name = names.next();
            if (!known.contains(name)) {
                throw fault("unknown field " + Quote.of(name) + Nearest.hint(name, known));
            }
        }
    }

    Iterable<Map.Entry<String, JsonNode>> entries() {
        return object.properties();
    }

    OrderException wrongType(final String name, final String wanted, final JsonNode value) {
        return fault("field '" + name + "' must be " + wanted + ", not " + show(value));
    }

    OrderException fault(final String problem) {
        return new OrderException(where + ": " + problem);
    }

    static String show(final JsonNode value) {
        if (value.isObject() || value.isArray()) {
            return value.isObject() ? "an object" : "an array";
        }
        final String text = value.asText();
        final String cut = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
        return value.isTextual() ? "the string " + Quote.of(cut) : cut;
    }
}
