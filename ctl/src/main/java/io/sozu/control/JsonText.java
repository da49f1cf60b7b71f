package io.sozu.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.Quote;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * JSON text to tree and back, strictly: one value, no key twice, bounded depth, numbers and names.
 *
 * <p>Trees are built and written by hand, which spares a short-lived command the start of an object mapper.
 */
public final class JsonText {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_NUMBER_CHARS = 32;
    private static final int MAX_NAME_CHARS = 1024;
    private static final int MAX_STRING_CHARS = 16 << 20;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonFactory FACTORY = JsonFactory.builder()
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH)
            .maxNumberLength(MAX_NUMBER_CHARS).maxNameLength(MAX_NAME_CHARS).maxStringLength(MAX_STRING_CHARS)
            .build())
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .build();

    private JsonText() {
    }

    /**
     * Reads one JSON value.
     *
     * @throws OrderException when the text is anything else; its message is one line with line and column
     */
    public static JsonNode read(final String text) throws OrderException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new OrderException("message is empty");
            }
            final JsonNode value = value(parser);
            if (parser.nextToken() != null) {
                throw new OrderException("message goes on after its end at " + place(parser));
            }
            return value;
        } catch (final JsonProcessingException e) {
            throw new OrderException("message is not valid JSON: " + oneLine(e.getOriginalMessage())
                + (e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr() + ", column "
                + e.getLocation().getColumnNr()));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a value without line breaks. */
    public static String write(final JsonNode value) {
        return write(value, false);
    }

    /** Writes a value for people, indented. */
    public static String writePretty(final JsonNode value) {
        return write(value, true);
    }

    /** Returns the text of a top-level string field as far as the text can be read at all, else null. */
    static String peek(final String text, final String field) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                final boolean found = parser.currentName().equals(field);
                if (parser.nextToken() == JsonToken.VALUE_STRING && found) {
                    return parser.getText();
                }
                parser.skipChildren();
            }
            return null;
        } catch (final IOException e) {
            return null;
        }
    }

    private static JsonNode value(final JsonParser parser) throws IOException, OrderException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_NUMBER_INT -> switch (parser.getNumberType()) {
                case INT -> NODES.numberNode(parser.getIntValue());
                case LONG -> NODES.numberNode(parser.getLongValue());
                default -> NODES.numberNode(parser.getBigIntegerValue());
            };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(fraction(parser));
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw new OrderException("message is not valid JSON at " + place(parser));
        };
    }

    /** A number that is larger than any double would be written as a word that nobody can read. */
    private static double fraction(final JsonParser parser) throws IOException, OrderException {
        final double value = parser.getDoubleValue();
        if (Double.isInfinite(value)) {
            throw new OrderException("message has a number out of range at " + place(parser));
        }
        return value;
    }

    private static ObjectNode object(final JsonParser parser) throws IOException, OrderException {
        final ObjectNode object = NODES.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            final String name = parser.currentName();
            parser.nextToken();
            if (object.has(name)) {
                throw new OrderException("field " + Quote.of(name) + " is written twice, again at "
                    + place(parser));
            }
            object.set(name, value(parser));
        }
        return object;
    }

    private static ArrayNode array(final JsonParser parser) throws IOException, OrderException {
        final ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser));
        }
        return array;
    }

    private static String write(final JsonNode value, final boolean pretty) {
        final StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            if (pretty) {
                generator.useDefaultPrettyPrinter();
            }
            write(generator, value);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(final JsonGenerator generator, final JsonNode value) throws IOException {
        switch (value.getNodeType()) {
            case OBJECT -> {
                generator.writeStartObject();
                for (final Map.Entry<String, JsonNode> field : value.properties()) {
                    generator.writeFieldName(field.getKey());
                    write(generator, field.getValue());
                }
                generator.writeEndObject();
            }
            case ARRAY -> {
                generator.writeStartArray();
                for (final JsonNode element : value) {
                    write(generator, element);
                }
                generator.writeEndArray();
            }
            case STRING -> generator.writeString(value.textValue());
            case BOOLEAN -> generator.writeBoolean(value.booleanValue());
            case NUMBER -> generator.writeNumber(value.asText());
            default -> generator.writeNull();
        }
    }

    private static String place(final JsonParser parser) {
        return "line " + parser.currentTokenLocation().getLineNr() + ", column "
            + parser.currentTokenLocation().getColumnNr();
    }

    /** What the parser says, without its own line breaks and without what helps only its authors. */
    private static String oneLine(final String message) {
        final String line = Quote.of(message.lines().findFirst().orElse("")
            .replaceAll(" \\(start marker.*|, from `[^`]*`", "").replaceAll(": maybe a .*", ""));
        return line.substring(1, line.length() - 1);
    }
}
