package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Requests that are malformed, ambiguous or odd, each sent whole, cut, and byte by byte through one worker.
 */
@Tag("e2e")
final class HostileRequestTest {
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
    Stream<DynamicTest> shouldJudgeEachRequestTheSameHoweverItIsCut() throws IOException {
        return CorpusFile.read("hostile-requests.txt").stream()
                .map(one -> DynamicTest.dynamicTest(one.id(), () -> check(one)));
    }

    private static void check(final CorpusCase one) throws IOException {
        for (final Cutting cutting : Cutting.values()) {
            backend.forget();
            final String where = one.id() + " sent " + cutting + " (seed " + Cutting.SEED + ")\n"
                    + one.excerpt();
            try {
                send(one, cutting, where);
            } catch (IOException e) {
                throw new AssertionError(where, e);
            }
            assertHealthy(where);
        }
    }

    private static void send(final CorpusCase one, final Cutting cutting,
            final String where) throws IOException {
        final String probe = "/probe/" + ++probes;
        try (RawClient client = proxy.client()) {
            client.sendCut(one.bytes(), cutting.cuts(one.bytes().length));
            sendQuietly(client, Requests.get(probe));
            final Observer observer = new Observer(client, probe).watch("GET");
            assertTrue(one.wanted().stream().anyMatch(course -> course.allows(observer.course())),
                    () -> where + "\nwanted " + one.wanted() + "\nbut was " + observer.course() + "\n"
                            + observer.answers());
            assertUpstream(one, observer, probe, where);
        }
    }

    private static void assertUpstream(final CorpusCase one, final Observer observer, final String probe,
            final String where) {
        final List<Seen> reached = backend.seen(seen -> !seen.head().target().equals(probe));
        assertEquals(List.of(), backend.faults(), () -> where + "\nreached the backend malformed");
        final long complete = reached.stream().filter(Seen::complete).count();
        assertEquals(observer.fromBackend(), complete, () -> where + "\nrequests at the backend: " + reached);
        assertTrue(one.has("partial") || complete == reached.size(), () -> where + "\ncut at the backend: "
                + reached);
        assertTrue(reached.stream().noneMatch(seen -> seen.head().target().contains("/evil")),
                () -> where + "\nsmuggled: " + reached);
        for (final Seen seen : reached.stream().filter(Seen::complete).toList()) {
            for (final String regex : one.all("sees")) {
                assertTrue(Pattern.compile(regex).matcher(seen.everything()).find(),
                        () -> where + "\nno " + regex + " in " + seen.everything());
            }
        }
        for (final Seen seen : reached) {
            for (final String regex : one.all("never")) {
                assertTrue(!Pattern.compile(regex).matcher(seen.everything()).find(),
                        () -> where + "\n" + regex + " in " + seen.everything());
            }
        }
    }

    private static void assertHealthy(final String where) throws IOException {
        final String target = "/health/" + ++probes;
        try (RawClient client = proxy.client()) {
            final Answer answer = client.get(target);
            assertEquals(Served.echo("GET", target, new byte[0]), answer.text(), () -> "afterwards: "
                    + where);
        }
    }

    /** The proxy may have closed already; what it answered is judged all the same. */
    private static void sendQuietly(final RawClient client, final String text) {
        try {
            client.send(text);
        } catch (IOException e) {
            return;
        }
    }
}
