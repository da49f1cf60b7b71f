package io.sozu.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events keep their meaning through their JSON. */
final class EventTest {
    private static Answer through(final Answer answer) throws OrderException {
        return OrderJson.readAnswer(OrderJson.write(answer));
    }

    @ParameterizedTest
    @EnumSource(EventKind.class)
    void shouldReadTheEventThatWasWritten(final EventKind kind) throws OrderException {
        for (final Event event : new Event[] {Event.of(kind, null), Event.worker(kind, 3, "exit \"1\""),
            new Event(kind, null, "web", "b", "10.0.0.1:80", null),
            new Event(kind, 0, "w\u00e9b", null, null, "x")}) {
            assertEquals(event, Event.read(through(event.answer("id", null))));
            final Answer timed = through(event.answer("id", "2026-11-24T16:00:00Z"));
            assertEquals(event, Event.read(timed));
            assertFalse(timed.last());
            assertEquals(event.toString(), timed.message());
        }
    }

    @Test
    void shouldSayWhatHappenedInOneLine() {
        assertEquals("BACKEND_DOWN worker 1 cluster web backend b at 10.0.0.1:80: for 2 s",
            new Event(EventKind.BACKEND_DOWN, null, "web", "b", "10.0.0.1:80", "for 2 s").seenBy(1)
                .toString());
        assertEquals(512, Event.of(EventKind.WORKER_KILLED, "x".repeat(5000)).detail().length());
    }

    @Test
    void shouldBeInTheManual() throws IOException {
        final String manual = Files.readString(Path.of("..", "docs", "control.md"));

        for (final EventKind kind : EventKind.values()) {
            assertTrue(manual.contains("`" + kind + "`"), kind::name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "{\"type\":\"EVENT\"}", "{\"type\":\"EVENT\",\"data\":{}}",
        "{\"type\":\"EVENT\",\"data\":{\"kind\":\"PARTY\"}}", "{\"type\":\"STATUS\",\"data\":{}}",
        "{\"type\":\"EVENT\",\"data\":{\"kind\":\"BACKEND_UP\",\"worker_id\":\"0\"}}",
        "{\"type\":\"EVENT\",\"data\":{\"kind\":\"BACKEND_UP\",\"more\":1}}"})
    void shouldRefuseWhatIsNoEvent(final String content) throws OrderException {
        final Answer answer = OrderJson.readAnswer("{\"id\":\"EVENT\",\"status\":\"PROCESSING\",\"content\":"
            + content + "}");

        assertThrows(OrderException.class, () -> Event.read(answer));
    }
}
