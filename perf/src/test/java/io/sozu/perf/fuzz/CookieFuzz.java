package io.sozu.perf.fuzz;

import io.sozu.worker.WireProxy;
import java.util.ArrayList;
import java.util.List;

/**
 * Cookies of a sticky cluster: whatever stands in a client's Cookie fields, one to a line of the input, the
 * backend gets all of it but the sticky cookie, and who named no backend gets the cookie.
 */
public final class CookieFuzz {
    private static final int MAX_BYTES = 4 << 10;
    private static final String STICKY = "SOZUBALANCEID";
    private static final Wire WIRE = new Wire(true);

    private CookieFuzz() {
    }

    /** Takes one input. */
    public static void fuzzerTestOneInput(final byte[] input) {
        if (input.length > MAX_BYTES) {
            return;
        }
        final StringBuilder request = new StringBuilder("GET / HTTP/1.1\r\nHost: a\r\n");
        for (final String line : Oracle.text(input).replace('$', 'S').split("\n")) {
            request.append("Cookie: ").append(line).append("\r\n");
        }
        final byte[] bytes = Oracle.bytes(request.append("\r\n").toString());
        final Reading own = OwnReader.requests(bytes);
        if (own.messages().size() != 1 || !own.isClean()) {
            return;
        }
        final WireProxy.Outcome outcome = WIRE.ask(bytes, 0, (head, number) -> new WireProxy.Reply(
                Oracle.bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), WireProxy.Then.KEEP));
        Oracle.same(1, outcome.heard().size(), () -> "connections");
        final Reading heard = HttpCoreReader.requests(outcome.heard().getFirst().bytes(), null);
        Oracle.check(heard.isClean() && heard.messages().size() == 1, () -> heard.toString());
        check(own.messages().getFirst().values("cookie"), heard.messages().getFirst().values("cookie"),
                Oracle.text(outcome.answers()));
    }

    private static void check(final List<String> sent, final List<String> seen, final String answer) {
        final List<String> kept = new ArrayList<>();
        int untouched = 0;
        boolean tied = false;
        int tries = 0;
        for (final String field : sent) {
            final List<String> cookies = cookies(field);
            final List<String> others = cookies.stream().filter(one -> !isSticky(one)).toList();
            for (final String cookie : cookies) {
                tied |= isSticky(cookie) && tries++ < 8 && cookie.equals(STICKY + "=b0");
            }
            kept.addAll(others);
            if (others.size() == cookies.size()) {
                untouched++;
                Oracle.check(seen.contains(field), () -> "changed without need: " + field + " to " + seen);
            }
        }
        final List<String> left = new ArrayList<>();
        seen.forEach(field -> left.addAll(cookies(field)));
        final List<String> expected = new ArrayList<>(kept);
        expected.sort(null);
        left.sort(null);
        Oracle.same(expected, left, () -> "the cookies of " + sent);
        final int least = untouched;
        Oracle.check(seen.size() >= least && seen.size() <= sent.size(), () -> "fields " + seen);
        Oracle.same(!tied, answer.contains("\r\nSet-Cookie: " + STICKY + "=b0"), () -> "given " + answer);
    }

    /** A cookie is the sticky one when that is what stands before its first equals sign, or all of it. */
    private static boolean isSticky(final String cookie) {
        return cookie.equals(STICKY) || cookie.startsWith(STICKY + "=");
    }

    private static List<String> cookies(final String field) {
        final List<String> cookies = new ArrayList<>();
        for (final String part : field.split(";")) {
            final String cookie = part.replaceAll("^[ \\t]+|[ \\t]+$", "");
            if (!cookie.isEmpty()) {
                cookies.add(cookie);
            }
        }
        return cookies;
    }
}
