package io.sozu.perf.fuzz;

import io.sozu.worker.WireProxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * What the proxy sends on: independent parsers read in it exactly the requests that the proxy read, with the
 * same methods, targets, fields and bodies, and nothing behind them; and each answer belongs to its request.
 * The first byte says how the client's bytes are cut.
 */
public final class RequestWireFuzz {
    private static final int MAX_BYTES = 12 << 10;
    private static final int[] PIECES = {0, 0, 0, 0, 1, 7, 100, 1000};
    private static final Set<String> INSERTED = Set.of("x-forwarded-for", "x-forwarded-proto",
            "x-forwarded-port", "x-forwarded-host", "forwarded", "x-request-id", "sozu-id");
    private static final List<Reading.Reader> REQUESTS =
            List.of(HttpCoreReader::requests, JettyReader::requests);
    private static final List<Reading.Reader> RESPONSES =
            List.of(HttpCoreReader::responses, JettyReader::responses);
    private static final Wire WIRE = new Wire(false);

    private RequestWireFuzz() {
    }

    /** Takes one input. */
    public static void fuzzerTestOneInput(final byte[] input) {
        if (input.length == 0 || input.length > MAX_BYTES) {
            return;
        }
        final byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        final int piece = bytes.length > 400 ? 0 : PIECES[input[0] & 7];
        final Reading own = OwnReader.requests(bytes);
        final WireProxy.Outcome outcome = WIRE.ask(bytes, piece, RequestWireFuzz::answer);
        for (final Reading.Reader reader : REQUESTS) {
            checkRequests(own, outcome, reader);
        }
        for (final Reading.Reader reader : RESPONSES) {
            checkAnswers(own, outcome, reader);
        }
    }

    private static WireProxy.Reply answer(final String head, final int number) {
        final String body = head.startsWith("HEAD ") ? "" : String.valueOf(number % 10);
        return new WireProxy.Reply(Oracle.bytes("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX-Number: " + number
                + "\r\n\r\n" + body), WireProxy.Then.KEEP);
    }

    private static void checkRequests(final Reading own, final WireProxy.Outcome outcome,
            final Reading.Reader reader) {
        final List<Message> seen = new ArrayList<>();
        for (final WireProxy.Heard heard : outcome.heard()) {
            final Reading reading = reader.read(heard.bytes(), null);
            seen.addAll(reading.messages());
            Oracle.check(reading.isClean()
                    || reading.end() == Reading.End.CUT && heard.ended() && !own.isClean(),
                    () -> "left " + reading + " of " + Oracle.text(heard.bytes()));
        }
        Oracle.same(own.messages().size(), seen.size(), () -> "the number of requests, " + own + "\n" + seen);
        for (int i = 0; i < seen.size(); i++) {
            same(own.messages().get(i), seen.get(i));
        }
    }

    private static void same(final Message own, final Message seen) {
        Oracle.same(own.without(INSERTED), seen.without(INSERTED), () -> "a request");
        final List<String> hosts = own.values("host");
        Oracle.same(hosts.isEmpty() ? List.of("127.0.0.1:8080") : List.of(hosts.getFirst()),
                seen.values("host"), () -> "the host");
        Oracle.check(seen.values("content-length").size() + seen.values("transfer-encoding").size() <= 1,
                () -> "framed twice: " + seen);
        for (final String name : List.of("x-forwarded-for", "forwarded", "sozu-id")) {
            Oracle.same(1, seen.values(name).size(), () -> name + " of " + seen);
        }
    }

    private static void checkAnswers(final Reading own, final WireProxy.Outcome outcome,
            final Reading.Reader reader) {
        final List<String> methods = new ArrayList<>();
        own.messages().forEach(message -> methods.add(message.start().split(" ")[0]));
        methods.addAll(Collections.nCopies(1, "GET"));
        final Reading reading = reader.read(outcome.answers(), methods);
        final String all = Oracle.text(outcome.answers());
        Oracle.check(reading.isClean(), () -> "the client got " + reading + " of " + all);
        for (int i = 0; i < reading.messages().size(); i++) {
            final Message answer = reading.messages().get(i);
            final String number = String.valueOf(i);
            if (i < own.messages().size()) {
                Oracle.same(List.of(number), answer.values("x-number"), () -> "the answer to " + number);
            } else {
                Oracle.check(own.end() != Reading.End.CLEAN && answer.start().matches("[45]\\d\\d"),
                        () -> "an answer to nothing: " + answer);
            }
        }
        Oracle.check(reading.messages().size() >= own.messages().size(), () -> "unanswered: " + all);
        Oracle.check(own.end() != Reading.End.FAULT || reading.messages().size() > own.messages().size(),
                () -> "no refusal of " + own + " in " + all);
    }
}
