package io.sozu.perf.fuzz;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.sozu.bindings.sim.GuardedBlock;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.RefusedException;
import io.sozu.sessions.cluster.balance.Balancers;
import io.sozu.sessions.routing.FrontendKey;
import io.sozu.sessions.routing.PathKind;
import io.sozu.sessions.routing.RouteKey;
import io.sozu.sessions.routing.Router;

/**
 * Regular expressions of frontends: refused by name, or read as RE2/J reads them; the first line is the
 * expression, each other one a path, matched where its last byte is the last there is.
 */
public final class RegexFuzz {
    private static final int MAX_BYTES = 8 << 10;
    private static final int MAX_RE2_STEPS = 2_000_000;
    private static final long LIMIT_NANOS = 5_000_000_000L;
    private static final GuardedBlock PATH = new GuardedBlock(MAX_BYTES);
    private static final GuardedBlock HOST = new GuardedBlock(MAX_BYTES);

    private RegexFuzz() {
    }

    /** Takes one input. */
    public static void fuzzerTestOneInput(final byte[] input) {
        if (input.length > MAX_BYTES) {
            return;
        }
        final String[] lines = Oracle.text(input).split("\n", 8);
        final long startedNanos = System.nanoTime();
        final FrontendKey key;
        try {
            key = new FrontendKey(0, "*", PathKind.REGEX, lines[0], null);
        } catch (final RefusedException e) {
            Oracle.check(e.getMessage().startsWith("regular expression ")
                    || e.getMessage().startsWith("path "), () -> e.getMessage());
            return;
        } finally {
            Oracle.inTime(startedNanos, LIMIT_NANOS, () -> "to read " + lines[0]);
        }
        final Pattern pattern = pattern(lines[0]);
        try (Clusters clusters = new Clusters(Balancers::of, 1)) {
            final Router router = new Router(clusters);
            router.add(key, "web");
            for (int i = 1; i < lines.length; i++) {
                check(router, pattern, lines[i]);
            }
            router.remove(key);
        }
    }

    private static void check(final Router router, final Pattern pattern, final String path) {
        final byte[] bytes = Oracle.bytes(path);
        final byte[] host = Oracle.bytes("a.test");
        final long startedNanos = System.nanoTime();
        final boolean matches = router.lookup(new RouteKey().begin(0).host(HOST.place(host), host.length)
                .path(PATH.place(bytes), bytes.length)) != null;
        Oracle.inTime(startedNanos, LIMIT_NANOS, () -> "to match " + path);
        if (pattern != null && isComparable(pattern, path)) {
            Oracle.same(pattern.matches(path), matches, () -> pattern + " and " + path);
        }
    }

    /** RE2/J reads characters where we read bytes, and has limits of its own. */
    private static Pattern pattern(final String expression) {
        try {
            return Pattern.compile(expression, Pattern.DOTALL);
        } catch (final PatternSyntaxException e) {
            return null;
        }
    }

    private static boolean isComparable(final Pattern pattern, final String path) {
        return path.chars().allMatch(c -> c > ' ' && c < 0x7f)
                && (long) pattern.programSize() * path.length() < MAX_RE2_STEPS;
    }
}
