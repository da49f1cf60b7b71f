package io.sozu.perf.fuzz;

import io.sozu.protocols.http.Method;
import io.sozu.worker.WireProxy;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What the proxy makes of what a backend sends: independent parsers read in it exactly the response that the
 * proxy read, or its refusal, or a cut that shows; and the next request gets its own answer. The first byte
 * says what was asked, how the backend's bytes are cut, and what it does behind them.
 */
public final class ResponseWireFuzz {
    private static final int MAX_BYTES = 12 << 10;
    private static final int MAX_PIECES = 400;
    private static final int[] PIECES = {0, 0, 1, 13};
    private static final String NEXT = "the next";
    private static final Set<String> INSERTED = Set.of("sozu-id", "connection");
    private static final List<Reading.Reader> RESPONSES =
            List.of(HttpCoreReader::responses, JettyReader::responses);
    private static final Wire WIRE = new Wire(false);

    private ResponseWireFuzz() {
    }

    /** Takes one input. */
    public static void fuzzerTestOneInput(final byte[] input) {
        if (input.length == 0 || input.length > MAX_BYTES) {
            return;
        }
        final byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        final Method method = (input[0] & 1) == 0 ? Method.GET : Method.HEAD;
        final WireProxy.Then then = (input[0] & 6) == 2 ? WireProxy.Then.KEEP : WireProxy.Then.CLOSE;
        final Reading own = OwnReader.response(bytes, method, then == WireProxy.Then.CLOSE);
        // What comes behind the response in pieces cannot be told from an answer to the next request.
        final int piece = bytes.length > MAX_PIECES ? 0 : PIECES[input[0] >> 3 & 3];
        final String asked = method + " /0 HTTP/1.1\r\nHost: a\r\n\r\n"
                + (piece == 0 ? "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" : "");
        final WireProxy.Outcome outcome = WIRE.ask(Oracle.bytes(asked), 0, (head, number) ->
                number == 0 ? new WireProxy.Reply(bytes, then, piece) : next(head));
        for (final Reading.Reader reader : RESPONSES) {
            check(own, method, outcome, reader);
        }
    }

    /** The answer that says what it answers. */
    private static WireProxy.Reply next(final String head) {
        final String body = NEXT + " " + head.split(" ")[1];
        return new WireProxy.Reply(Oracle.bytes("HTTP/1.1 200 OK\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + (head.startsWith("HEAD ") ? "" : body)), WireProxy.Then.KEEP);
    }

    private static void check(final Reading own, final Method method, final WireProxy.Outcome outcome,
            final Reading.Reader reader) {
        final String all = Oracle.text(outcome.answers());
        final Reading reading = reader.read(outcome.answers(), List.of(method.name(), "GET"));
        if (reading.end() == Reading.End.UNKNOWN) {
            return;
        }
        Oracle.check(reading.end() != Reading.End.FAULT, () -> "the client got " + reading + " of " + all);
        int at = 0;
        final List<Message> seen = reading.messages();
        while (at < seen.size() && at < own.messages().size() && isInterim(seen.get(at))) {
            final int interim = at++;
            Oracle.same(own.messages().get(interim).without(INSERTED), seen.get(interim).without(INSERTED),
                    () -> "an interim response");
        }
        if (at == seen.size()) {
            // Where the backend's response breaks off, or is its connection's, all that may show is the cut.
            Oracle.check(reading.end() == Reading.End.CUT && !own.isClean(), () -> "no response: " + all);
            return;
        }
        final Message answer = seen.get(at);
        if (endsWithTheConnection(answer, method) && outcome.reset()) {
            Oracle.check(!own.isClean(), () -> "a whole response was cut off: " + all);
            return;
        }
        if (own.isClean()) {
            Oracle.same(own.messages().getLast().without(INSERTED), answer.without(INSERTED),
                    () -> "the response");
        } else {
            final boolean retried = answer.body().equals(NEXT + " /0")
                    || method == Method.HEAD && answer.start().equals("200");
            Oracle.check(answer.start().matches("50[234]") || retried,
                    () -> "out of " + own + " came " + all);
        }
        checkNext(reading, at + 1, all);
    }

    private static void checkNext(final Reading reading, final int at, final String all) {
        if (at == reading.messages().size()) {
            Oracle.check(reading.isClean(), () -> "cut behind the response: " + all);
            return;
        }
        final Message next = reading.messages().get(at);
        Oracle.check(reading.isClean() && reading.messages().size() == at + 1
                && (next.body().equals(NEXT + " /1") || next.start().matches("50[234]")),
                () -> "the next request got " + next + " in " + all);
    }

    /** Whether only a reset shows that such a response is not whole. */
    private static boolean endsWithTheConnection(final Message answer, final Method method) {
        return method != Method.HEAD && answer.values("content-length").isEmpty()
                && answer.values("transfer-encoding").isEmpty() && !answer.start().matches("1..|204|304");
    }

    private static boolean isInterim(final Message message) {
        return message.start().startsWith("1");
    }
}
