package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Responses no client may be given as they are, each sent by the backend whole, cut, and byte by byte. */
@Tag("e2e")
final class HostileResponseTest {
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();

    private static ScriptedBackend backend;
    private static ProxyProcess proxy;
    private static int probes;

    @BeforeAll
    static void start() throws IOException {
        backend = STAGE.backend("b1");
        proxy = STAGE.proxy(ProxyConfig.of(backend));
    }

    @AfterAll
    static void shouldHoldNothingAfterwards() {
        proxy.awaitRest();
    }

    @TestFactory
    Stream<DynamicTest> shouldShieldTheClientHoweverTheResponseIsCut() throws IOException {
        return CorpusFile.read("hostile-responses.txt").stream()
                .map(one -> DynamicTest.dynamicTest(one.id(), () -> check(one)));
    }

    private static void check(final CorpusCase one) throws IOException {
        for (final Cutting cutting : Cutting.values()) {
            backend.forget();
            final String target = "/rs/" + one.id() + "/" + ++probes;
            backend.on(target, served -> play(served, one, cutting));
            final String where = one.id() + " answered " + cutting + " (seed " + Cutting.SEED + ")\n"
                    + one.excerpt();
            try {
                ask(one, target, where);
            } catch (IOException e) {
                throw new AssertionError(where, e);
            }
        }
    }

    private static void play(final Served served, final CorpusCase one,
            final Cutting cutting) throws IOException {
        served.readBody();
        served.sendCut(one.bytes(), cutting.cuts(one.bytes().length));
        switch (one.one("then", "hold")) {
            case "close" -> served.close();
            case "reset" -> served.reset();
            default -> { }
        }
    }

    private static void ask(final CorpusCase one, final String target,
            final String where) throws IOException {
        final String method = one.one("ask", "GET");
        final String probe = "/probe/" + ++probes;
        try (RawClient client = proxy.client()) {
            client.send(method.equals("HEAD") ? Requests.head(target) : Requests.get(target));
            if (one.has("surplus")) {
                Await.until(where + "\nthe request came", () -> !backend.seen(byTarget(target)).isEmpty());
                assertConnectionUsedNoMore(target, where);
            }
            client.send(Requests.get(probe));
            final Observer observer = new Observer(client, probe).watch(method);
            assertTrue(one.wanted().stream().anyMatch(course -> course.allows(observer.course())),
                    () -> where + "\nwanted " + one.wanted() + "\nbut was " + observer.course() + "\n"
                            + observer.answers());
            for (final Answer answer : observer.answers()) {
                assertContents(one, answer, where);
            }
        }
        assertEquals(List.of(), backend.faults(), where);
        if (one.has("closed")) {
            assertConnectionUsedNoMore(target, where);
        }
        assertHealthy(where);
    }

    private static void assertContents(final CorpusCase one, final Answer answer, final String where) {
        final String text = answer.head().raw() + new String(answer.body(), ISO_8859_1);
        if (answer.status() != 502) {
            for (final String regex : one.all("gives")) {
                assertTrue(Pattern.compile(regex).matcher(text).find(), () -> where + "\nno " + regex + " in "
                        + text);
            }
        }
        for (final String regex : one.all("hides")) {
            assertFalse(Pattern.compile(regex).matcher(text).find(), () -> where + "\n" + regex + " in "
                    + text);
        }
        final int interims = Integer.parseInt(one.one("interims", "0"));
        assertTrue(answer.interims().size() <= interims, () -> where + "\ninterims: " + answer.interims());
    }

    private static void assertConnectionUsedNoMore(final String target, final String where) {
        for (final Seen seen : backend.seen(byTarget(target))) {
            Await.until(where + "\nthe backend connection is closed",
                    () -> backend.closed(seen.connection()));
            assertEquals(target, backend.seen(each -> each.connection() == seen.connection()).getLast().head()
                    .target(),
                    () -> where + "\nwas used again");
        }
    }

    private static Predicate<Seen> byTarget(final String target) {
        return seen -> seen.head().target().equals(target);
    }

    private static void assertHealthy(final String where) throws IOException {
        final String target = "/health/" + ++probes;
        try (RawClient client = proxy.client()) {
            assertEquals(Served.echo("GET", target, new byte[0]), client.get(target).text(),
                    () -> "afterwards: " + where);
        }
    }
}
