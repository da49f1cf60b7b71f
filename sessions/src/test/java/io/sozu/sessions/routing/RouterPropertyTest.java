package io.sozu.sessions.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.sessions.ExchangeTerms;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.RefusedException;
import io.sozu.sessions.cluster.balance.Balancers;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random rules come and go, and random keys find what a naive search finds. */
@ExtendWith(LeakCheck.class)
final class RouterPropertyTest {
    private static final int STEPS = 1_500;
    private static final int LOOKUPS_PER_STEP = 20;
    private static final int MAX_RULES = 120;
    private static final List<String> LABELS = List.of("a", "b", "ab", "x-1", "com");
    private static final List<String> REGEX_LABELS = List.of("/a|b/", "/a.*/", "/[a-z]/", "/.*b|x-\\d/");
    private static final List<String> REGEX_PATHS = List.of("/a*", "/[ab]/.*", ".*", "/(a|b)+", "/?a?b?",
            "/b.*a$");
    private static final List<String> QUERIES = List.of("", "q", "q=", "q=1", "q=12", "qq=1", "a=b&q=1",
            "q=1&c", "&&q",
            "q=2&q=1", "a?q=1", "=1");
    private static final List<String> METHODS = List.of("GET", "PUT", "GE", "GETS");

    /** Five seeds that stay, and a new one each time, or the one of {@code -Drouting.seed}. */
    static LongStream seeds() {
        final Long replayed = Long.getLong("routing.seed");
        return replayed != null ? LongStream.of(replayed)
                : LongStream.concat(LongStream.rangeClosed(1, 5), LongStream.of(System.nanoTime()));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldFindWhatANaiveSearchFinds(final long seed) {
        final Random random = new Random(seed);
        final NaiveRouter naive = new NaiveRouter();
        try (Clusters clusters = new Clusters(Balancers::of, seed); RawBytes bytes = new RawBytes()) {
            final Router router = new Router(clusters);
            for (int step = 0; step < STEPS; step++) {
                final String place = "replay with -Drouting.seed=" + seed + ", step " + step;
                change(router, naive, random, place);
                assertTrue(router.checkInvariants(), place);
                for (int i = 0; i < LOOKUPS_PER_STEP; i++) {
                    look(router, naive, bytes, random, place);
                }
            }
            for (final FrontendKey key : naive.keys()) {
                router.remove(key);
                assertTrue(router.checkInvariants());
            }
            assertEquals(0, router.size());
            assertTrue(clusters.all().isEmpty());
        }
    }

    private static void change(final Router router, final NaiveRouter naive, final Random random,
                               final String place) {
        final List<FrontendKey> keys = naive.keys();
        final boolean remove = !keys.isEmpty() && random.nextInt(MAX_RULES) < keys.size();
        final FrontendKey key = remove && random.nextInt(10) > 0 ? keys.get(random.nextInt(keys.size()))
                : randomKey(random);
        if (random.nextInt(500) == 0) {
            final List<FrontendKey> gone = keys.stream().filter(k -> k.listener() == key.listener()).toList();
            gone.forEach(naive::remove);
            assertEquals(gone.size(), router.removeListener(key.listener()), place);
        } else if (remove) {
            if (naive.remove(key)) {
                router.remove(key);
            } else {
                assertThrows(RefusedException.class, () -> router.remove(key), place);
            }
        } else {
            final String cluster = random.nextInt(5) == 0 ? null : "c" + random.nextInt(10);
            final RulePosition position = random.nextInt(8) > 0 ? RulePosition.TREE
                    : random.nextBoolean() ? RulePosition.PRE : RulePosition.POST;
            if (naive.add(key, position, cluster)) {
                router.add(key, position, cluster, ExchangeTerms.NONE);
            } else {
                assertThrows(RefusedException.class, () -> router.add(key, cluster), place);
            }
        }
        assertEquals(naive.keys().size(), router.size(), place);
        if (random.nextInt(100) == 0) {
            final List<FrontendKey> all = router.routes(0).stream().map(Route::frontend).toList();
            assertEquals(all.size(), new HashSet<>(all).size(), place);
            assertEquals(naive.keys().stream().filter(k -> k.listener() == 0).count(), all.size(), place);
        }
    }

    private static void look(final Router router, final NaiveRouter naive, final RawBytes bytes,
                             final Random random, final String place) {
        final int listener = random.nextInt(2);
        final String host = askedHost(random);
        final String path = path(random, 6);
        final String method = METHODS.get(random.nextInt(METHODS.size()));
        final NaiveRouter.Extras extras = new NaiveRouter.Extras(
                QUERIES.get(random.nextInt(QUERIES.size())), random.nextBoolean() ? "X-V" : "x-w",
                random.nextBoolean() ? "1" : "12");
        final FrontendKey expected = naive.lookup(listener, host, path, method, extras);
        bytes.key(listener, host, path, method);
        final Route found = router.lookup(bytes.conditions(extras.query(), extras.field(), extras.value()));
        final String asked = place + ": " + listener + " " + host + " " + path + " " + method + " "
                + extras;
        assertEquals(expected, found == null ? null : found.frontend(), asked);
        assertEquals(expected == null ? null : naive.cluster(expected),
                found == null ? null : found.clusterId(), asked);
    }

    private static FrontendKey randomKey(final Random random) {
        final FrontendKey plain = plainKey(random);
        return new FrontendKey(plain.listener(), plain.host(), plain.pathKind(), plain.path(), plain.method(),
                random.nextInt(4) > 0 ? null : new Condition("x-v", random.nextBoolean() ? "1" : "2"),
                random.nextInt(4) > 0 ? null : new Condition("q", random.nextBoolean() ? "1" : ""));
    }

    private static FrontendKey plainKey(final Random random) {
        final String host = switch (random.nextInt(8)) {
            case 0 -> "*";
            case 1, 2 -> "*." + name(random);
            case 3 -> (random.nextInt(3) == 0 ? "*." : "") + regexName(random);
            default -> name(random);
        };
        if (random.nextInt(5) == 0) {
            return new FrontendKey(random.nextInt(2), host, PathKind.REGEX,
                    REGEX_PATHS.get(random.nextInt(REGEX_PATHS.size())),
                    random.nextBoolean() ? null : METHODS.get(random.nextInt(METHODS.size())));
        }
        final PathKind kind = random.nextInt(3) == 0 ? PathKind.EQUALS : PathKind.PREFIX;
        final String path = path(random, 5);
        final String method = random.nextBoolean() ? null : METHODS.get(random.nextInt(METHODS.size()));
        return new FrontendKey(random.nextInt(2), host, kind,
                path.isEmpty() && kind == PathKind.EQUALS ? "/" : path, method);
    }

    private static String name(final Random random) {
        final StringBuilder name = new StringBuilder(LABELS.get(random.nextInt(LABELS.size())));
        for (int labels = random.nextInt(3); labels > 0; labels--) {
            name.append('.').append(LABELS.get(random.nextInt(LABELS.size())));
        }
        return name.toString();
    }

    private static String regexName(final Random random) {
        final StringBuilder name = new StringBuilder();
        for (int labels = random.nextInt(3); labels >= 0; labels--) {
            name.append(name.isEmpty() ? "" : ".").append(random.nextInt(3) > 0
                    ? REGEX_LABELS.get(random.nextInt(REGEX_LABELS.size()))
                            : LABELS.get(random.nextInt(LABELS.size())));
        }
        return name.toString();
    }

    private static String askedHost(final Random random) {
        final String name = name(random);
        return switch (random.nextInt(12)) {
            case 0 -> name.toUpperCase(Locale.ROOT);
            case 1 -> name + ".";
            case 2 -> "." + name;
            case 3 -> name.replaceFirst("\\.", "..");
            case 4 -> "zz." + name;
            case 5 -> "";
            default -> name;
        };
    }

    private static String path(final Random random, final int maxBytes) {
        final int length = random.nextInt(maxBytes + 1);
        final StringBuilder path = new StringBuilder(length == 0 ? "" : "/");
        while (path.length() < length) {
            path.append("ab/".charAt(random.nextInt(3)));
        }
        return path.toString();
    }
}
