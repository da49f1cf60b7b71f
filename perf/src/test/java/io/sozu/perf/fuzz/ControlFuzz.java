package io.sozu.perf.fuzz;

import io.sozu.control.Answer;
import io.sozu.control.Envelope;
import io.sozu.control.Frame;
import io.sozu.control.JsonText;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import io.sozu.control.WorkerMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * What comes over the command socket and the workers' channels: cut into the same messages however it
 * arrives; each refused in one line, or read, written and read again as the same.
 */
public final class ControlFuzz {
    private static final int MAX_MESSAGE_BYTES = 2_000;
    private static final long LIMIT_NANOS = 5_000_000_000L;

    private ControlFuzz() {
    }

    /** Reads one kind of message and writes it again. */
    private interface Kind<T> {
        T read(String text) throws OrderException;
    }

    /** Writes what was read. */
    private interface Writer<T> {
        String write(T message);
    }

    /** Takes one input. */
    public static void fuzzerTestOneInput(final byte[] input) {
        final long startedNanos = System.nanoTime();
        final List<String> messages = new ArrayList<>();
        final List<String> whole = deliver(input, new int[0], messages);
        Oracle.same(whole, deliver(input, Oracle.cuts(input), new ArrayList<>()), () -> "in parts");
        for (final String message : messages) {
            roundTrip(message, JsonText::read, JsonText::write);
            ControlFuzz.<Envelope>roundTrip(message, OrderJson::readEnvelope, OrderJson::write);
            ControlFuzz.<WorkerMessage>roundTrip(message, OrderJson::readWorkerMessage, OrderJson::write);
            ControlFuzz.<Answer>roundTrip(message, OrderJson::readAnswer, OrderJson::write);
        }
        Oracle.inTime(startedNanos, LIMIT_NANOS, () -> "the messages");
    }

    /** Returns the messages and refusals in order, and how much of an unfinished message is left. */
    private static List<String> deliver(final byte[] input, final int[] cuts, final List<String> messages) {
        final Frame frame = new Frame(MAX_MESSAGE_BYTES);
        final List<String> events = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            final int to = i < cuts.length ? cuts[i] : input.length;
            frame.append(input, from, to - from);
            while (take(frame, events, messages)) {
                Oracle.check(events.size() <= input.length + 1, () -> "more messages than bytes");
            }
            Oracle.check(frame.pendingBytes() <= MAX_MESSAGE_BYTES, () -> "held " + frame.pendingBytes());
            from = to;
        }
        events.add("held " + frame.pendingBytes());
        return events;
    }

    private static boolean take(final Frame frame, final List<String> events, final List<String> messages) {
        try {
            final String text = frame.next();
            if (text == null) {
                return false;
            }
            events.add("message " + text);
            messages.add(text);
        } catch (final OrderException e) {
            events.add("refused " + e.getMessage());
        }
        return true;
    }

    private static <T> void roundTrip(final String text, final Kind<T> kind, final Writer<T> writer) {
        final T read;
        try {
            read = kind.read(text);
        } catch (final OrderException e) {
            Oracle.check(e.getMessage().chars().noneMatch(Character::isISOControl),
                    () -> "not one line: " + e.getMessage());
            return;
        }
        final String written = writer.write(read);
        try {
            Oracle.same(read, kind.read(written), () -> "written as " + written);
        } catch (final OrderException e) {
            throw new AssertionError("written as " + written, e);
        }
    }
}
