package io.sozu.sessions.routing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.sessions.cluster.RefusedException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expressions match what RE2/J says they match, in one pass and without allocation. */
@ExtendWith(LeakCheck.class)
final class RegexSetTest {
    private static final int SETS = 400;
    private static final int TEXTS_PER_SET = 60;
    private static final String[] ATOMS = {"a", "b", "/", "0", ".", "[ab]", "[^a]", "[a-b0]", "\\d", "\\w",
            "\\W",
        "\\.", "^", "$", "(?:ab|b)", "(a|)", "(?i:B)", "[^\\d/]", "\\x61", "(?i)"};
    private static final String[] REPEATS = {"", "", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?",
            "+?"};
    private final RawBytes bytes = new RawBytes();

    @AfterEach
    void close() {
        bytes.close();
    }

    /** Five seeds that stay, and a new one each time, or the one of {@code -Drouting.seed}. */
    static LongStream seeds() {
        final Long replayed = Long.getLong("routing.seed");
        return replayed != null ? LongStream.of(replayed)
                : LongStream.concat(LongStream.rangeClosed(1, 5), LongStream.of(System.nanoTime()));
    }

    private int[] match(final RegexSet set, final String text) {
        final RouteKey key = bytes.key(0, "", text, "");
        return set.match(key.pathAddress(), key.pathBytes());
    }

    private static RegexSet set(final String... expressions) {
        final RegexSet set = new RegexSet();
        for (final String expression : expressions) {
            set.add(set.size(), RegexProgram.of(expression, false));
        }
        return set;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldMatchWhatRe2Matches(final long seed) {
        final Random random = new Random(seed);
        for (int i = 0; i < SETS; i++) {
            final List<String> expressions = new ArrayList<>();
            final RegexSet set = new RegexSet();
            for (int n = random.nextInt(5); n >= 0; n--) {
                final int place = random.nextInt(set.size() + 1);
                final String expression = expression(random, 3);
                expressions.add(place, expression);
                set.add(place, RegexProgram.of(expression, false));
            }
            if (random.nextInt(3) == 0) {
                final int place = random.nextInt(set.size());
                expressions.remove(place);
                set.remove(place);
            }
            final List<Pattern> patterns = expressions.stream().map(Pattern::compile).toList();
            for (int n = 0; n < TEXTS_PER_SET; n++) {
                final String text = text(random);
                final int[] expected = IntStream.range(0, patterns.size())
                        .filter(index -> patterns.get(index).matches(text)).toArray();
                assertArrayEquals(expected, match(set, text),
                        () -> "replay with -Drouting.seed=" + seed + ": " + expressions + " of " + text);
            }
        }
    }

    private static String expression(final Random random, final int depth) {
        final StringBuilder text = new StringBuilder();
        for (int parts = random.nextInt(4); parts >= 0; parts--) {
            final String atom = depth > 0 && random.nextInt(4) == 0
                    ? "(" + expression(random, depth - 1) + ")" : ATOMS[random.nextInt(ATOMS.length)];
            text.append(atom).append(atom.equals("(?i)") ? "" : REPEATS[random.nextInt(REPEATS.length)]);
        }
        return random.nextInt(4) == 0 ? text + "|" + expression(random, 0) : text.toString();
    }

    private static String text(final Random random) {
        final StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(8); length > 0; length--) {
            text.append("abB/0._".charAt(random.nextInt(7)));
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", ")", "a)", "(a", "[a", "[", "[]", "[z-a]", "*a", "a**", "a{2}{3}", "+",
            "a{1001}",
        "a{3,2}", "\\", "\\1", "\\b", "\\pL", "\\Q", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?m)a", "(?P<n",
        "(?P<", "(?P<<n>a)",
                "(?",
        "(?<>a)", "[[:alpha:]]", "[a\\", "(((a{100}){100}){100})", "é", "a\u0007", "[\\d-z]x\\k"})
    void shouldRefuseWhatIsNotServed(final String expression) {
        assertThrows(RefusedException.class, () -> RegexProgram.of(expression, false), expression);
    }

    @Test
    void shouldRefuseNestingAndLengthWithoutBounds() {
        for (final String expression : new String[] {"(".repeat(1_000) + ")".repeat(1_000),
                "a".repeat(3_000)}) {
            assertThrows(RefusedException.class, () -> RegexProgram.of(expression, false));
        }
    }

    @Test
    void shouldMatchEveryByteAsItIs() {
        final RegexSet set = set("/\\xc3\\xa9", "/..", "/[^a]a?.", "/\\w\\w");
        assertArrayEquals(new int[] {0, 1, 2}, match(set, "/\u00c3\u00a9"));
        assertArrayEquals(new int[] {1, 2}, match(set, "/\u0000\u00ff"));
    }

    @Test
    void shouldStayLinearOnExpressionsMadeToExplode() {
        final RegexSet set = set("(a|a)*b", "(a*)*b", "(a?){30}a{30}", "(.*)*x(.*)*", "(a|b)*a(a|b){12}");
        final Random random = new Random(1);
        final StringBuilder text = new StringBuilder();
        while (text.length() < 8_000) {
            text.append(random.nextBoolean() ? 'a' : 'b');
        }
        final long started = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            match(set, text.substring(i));
        }
        assertTrue(System.nanoTime() - started < 20_000_000_000L, "160 000 bytes in 20 seconds");
        assertArrayEquals(new int[] {0, 1, 4}, match(set, "a".repeat(8_000) + "b"));
    }

    @Test
    void shouldAllocateNothingForTextsLikeThoseBefore() {
        final var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        final RegexSet set = new RegexSet();
        for (int i = 0; i < 100; i++) {
            set.add(i, RegexProgram.of("/api/v[0-9]+/res" + i + "/[^/]+", false));
        }
        final RouteKey key = bytes.key(0, "", "/api/v12/res99/abc", "");
        long allocated = Long.MAX_VALUE;
        for (int batch = 0; batch < 60 && allocated != 0; batch++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                final int[] found = set.match(key.pathAddress(), key.pathBytes());
                assert found.length == 1 && found[0] == 99;
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated, "bytes in the last 1 000 matches");
    }
}
