package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Cousins of the hostile requests, made at random: whatever the proxy thinks of them, the backend gets only
 * strict messages, the same ones however the bytes are cut, and each answer belongs to a request the backend
 * saw.
 */
@Tag("e2e")
final class HostileMutationTest {
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();

    private static final int INPUTS = Integer.getInteger("e2e.mutations", 200);
    private static final int MAX_BYTES = 2_000;
    private static final List<String> UNLIKE = List.of("sozu-id:", "x-request-id:", "forwarded:");

    private static ScriptedBackend backend;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        backend = STAGE.backend("b1");
        proxy = STAGE.proxy(ProxyConfig.of(backend));
    }

    @AfterAll
    static void shouldHoldNothingAfterwards() {
        proxy.awaitRest();
    }

    @Test
    void shouldForwardTheSameStrictMessagesHoweverACousinIsCut() throws IOException {
        final List<CorpusCase> cases = CorpusFile.read("hostile-requests.txt").stream()
                .filter(one -> one.bytes().length <= MAX_BYTES).toList();
        final Random random = new Random(Cutting.SEED);
        for (int i = 0; i < INPUTS; i++) {
            final CorpusCase origin = cases.get(random.nextInt(cases.size()));
            final long seed = random.nextLong();
            final byte[] bytes = new Mutation(seed).of(origin.bytes());
            final CorpusCase cousin = new CorpusCase(origin.id() + "~" + seed, List.of(), bytes,
                    origin.options());
            final List<String> whole = forwarded(cousin, Cutting.WHOLE);
            assertEquals(whole, forwarded(cousin, Cutting.FEW), () -> describe(cousin));
            assertEquals(whole, forwarded(cousin, Cutting.SOME), () -> describe(cousin));
        }
    }

    /**
     * The complete requests that reached the backend, without what differs from one connection to the next.
     */
    private static List<String> forwarded(final CorpusCase cousin, final Cutting cutting) throws IOException {
        backend.forget();
        final List<Answer> answers = new ArrayList<>();
        try (RawClient client = proxy.client()) {
            client.sendCut(cousin.bytes(), cutting.cuts(cousin.bytes().length));
            endQuietly(client);
            readAll(client, answers, cousin);
        } catch (IOException e) {
            throw new AssertionError(describe(cousin), e);
        }
        try (RawClient client = proxy.client()) {
            assertEquals(200, client.get("/health").status(), () -> "afterwards: " + describe(cousin));
        }
        assertEquals(List.of(), backend.faults(), () -> describe(cousin));
        final List<Seen> complete = backend.seen(seen -> seen.complete()
                && !seen.head().target().equals("/health"));
        final List<Answer> made = answers.stream().filter(Answer::fromBackend).toList();
        assertTrue(made.size() <= complete.size(), () -> answers + "\n" + complete + "\n" + describe(cousin));
        for (int i = 0; i < made.size(); i++) {
            final String target = made.get(i).head().only(ScriptedBackend.TARGET);
            assertEquals(complete.get(i).head().target(), target, () -> "an answer to another: "
                    + describe(cousin));
        }
        return complete.stream().map(HostileMutationTest::comparable).toList();
    }

    private static void readAll(final RawClient client, final List<Answer> answers, final CorpusCase cousin)
            throws IOException {
        try {
            while (true) {
                answers.add(client.answer());
            }
        } catch (WireCut e) {
            assertTrue(!e.inside() || e.reset(), () -> "an answer was cut: " + describe(cousin));
        } catch (SocketTimeoutException e) {
            throw new AssertionError("neither answer nor close in time: " + describe(cousin));
        }
    }

    private static void endQuietly(final RawClient client) {
        try {
            client.finishSending();
        } catch (IOException e) {
            // The proxy has closed already.
            return;
        }
    }

    private static String comparable(final Seen seen) {
        final StringBuilder text = new StringBuilder();
        for (final String line : seen.everything().split("\r\n")) {
            if (UNLIKE.stream().noneMatch(line.toLowerCase(Locale.ROOT)::startsWith)) {
                text.append(line).append('\n');
            }
        }
        return text.toString();
    }

    private static String describe(final CorpusCase cousin) {
        return cousin.id() + "\n" + new String(cousin.bytes(), ISO_8859_1).replace("\r", "\\r")
                .replace("\n", "\\n\n");
    }
}
