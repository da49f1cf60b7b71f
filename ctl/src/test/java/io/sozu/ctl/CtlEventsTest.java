package io.sozu.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.control.Answer;
import io.sozu.control.Event;
import io.sozu.control.EventKind;
import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sozuctl events} against a master in this process. */
final class CtlEventsTest {
    private static final String TIME = "2026-11-24T16:00:00Z";

    @TempDir
    private Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(final List<Event> events, final String... options) throws Exception {
        final Path socket = directory.resolve("sozu.sock");
        try (FakeMaster master = FakeMaster.scripted(socket, envelope -> {
            final List<String> answers = new ArrayList<>();
            events.forEach(event -> answers.add(OrderJson.write(event.answer(envelope.id(), TIME))));
            answers.add("");
            return answers;
        })) {
            final List<String> words = new ArrayList<>(List.of("events", "--socket", socket.toString()));
            words.addAll(List.of(options));
            final int code = CtlMain.run(new PrintWriter(out, true), new PrintWriter(err, true),
                words.toArray(String[]::new));
            assertEquals(new Order.SubscribeEvents(), master.order());
            return code;
        }
    }

    @Test
    void shouldPrintALineForEachUntilThereWereEnough() throws Exception {
        assertEquals(ExitCode.OK, run(List.of(Event.of(EventKind.EVENTS_SUBSCRIBED, null),
            Event.worker(EventKind.WORKER_KILLED, 1, "exit code 3"),
            Event.of(EventKind.CLUSTER_ADDED, "unseen")), "-n", "2"));
        assertEquals(TIME + " EVENTS_SUBSCRIBED\n" + TIME + " WORKER_KILLED worker 1: exit code 3\n",
            out.toString());
        assertEquals("", err.toString());
    }

    @Test
    void shouldPrintJsonAndEndWellWithAProxyThatStops() throws Exception {
        final Event stop = Event.of(EventKind.SOZU_STOP_REQUESTED, null);
        assertEquals(ExitCode.OK, run(List.of(stop), "--json"));
        assertEquals(stop, read(out.toString()));
    }

    private static Event read(final String text) throws OrderException {
        return Event.read(OrderJson.readAnswer(text));
    }

    @Test
    void shouldEndWith4WhenTheMasterLeavesAndWith2ForNonsense() throws Exception {
        assertEquals(ExitCode.NO_ANSWER, run(List.of(Event.of(EventKind.EVENTS_SUBSCRIBED, null))));
        assertTrue(err.toString().contains("it closed the connection"), err::toString);
        assertEquals(ExitCode.USAGE, CtlMain.run(new PrintWriter(out, true), new PrintWriter(err, true),
            "events", "-n", "-1"));
    }

    @Test
    void shouldSayWhyItMayNotSubscribe() throws Exception {
        final Path socket = directory.resolve("sozu.sock");
        try (FakeMaster master = FakeMaster.answering(socket, id -> Answer.error(id, "too many"))) {
            assertEquals(ExitCode.REFUSED, CtlMain.run(new PrintWriter(out, true),
                new PrintWriter(err, true), "events", "--socket", socket.toString()));
            assertEquals(new Order.SubscribeEvents(), master.order());
        }
        assertEquals("sozuctl: too many\n", err.toString());
    }
}
