package io.sozu.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the manual shows can be sent. */
final class ControlManualTest {
    private static final Path MANUAL = Path.of("..", "docs", "control.md");
    private static final String FENCE = "```";

    private static List<String> examples() throws IOException {
        final String[] parts = Files.readString(MANUAL).split(FENCE, -1);
        final List<String> examples = new ArrayList<>();
        for (int i = 1; i < parts.length; i += 2) {
            assertTrue(parts[i].startsWith("json\n"), parts[i]);
            examples.add(parts[i].substring("json\n".length()));
        }
        return examples;
    }

    /** Reads an example as what it looks like and returns the order in it, or null for an answer. */
    private static Order order(final String example) throws OrderException {
        final JsonNode node = JsonText.read(example);
        if (node.has("status")) {
            OrderJson.readAnswer(example);
            return null;
        }
        if (node.has("order")) {
            return OrderJson.readWorkerMessage(example).order();
        }
        return node.has("id") ? OrderJson.readEnvelope(example).order() : OrderJson.readOrder(node);
    }

    @Test
    void shouldShowOnlyWhatCanBeRead() throws IOException, OrderException {
        for (final String example : examples()) {
            final Order order = order(example);
            if (order != null) {
                assertEquals(order, OrderJson.readOrder(OrderJson.toJson(order)), example);
            }
        }
    }

    @Test
    void shouldShowEveryOrderThatIsServed() throws IOException, OrderException {
        final Set<String> shown = new TreeSet<>();
        for (final String example : examples()) {
            final JsonNode node = JsonText.read(example);
            if (node.has("type")) {
                shown.add(node.get("type").textValue());
            }
        }

        assertEquals(new TreeSet<>(OrderType.servedNames()), shown);
    }
}
