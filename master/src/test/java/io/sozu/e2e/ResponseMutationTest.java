package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Cousins of the hostile responses, made at random: the client gets a strict message or a failure it can see,
 * the same however the bytes are cut, and never another body than a strict reader finds in them.
 */
@Tag("e2e")
final class ResponseMutationTest {
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();

    private static final int INPUTS = Integer.getInteger("e2e.mutations", 200);
    private static final int MAX_BYTES = 2_000;
    private static final String FAILED = "failed";

    private static ScriptedBackend backend;
    private static ProxyProcess proxy;
    private static int asked;

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
    void shouldShowTheClientTheSameAnswerOrAFailureHoweverACousinIsCut() throws IOException {
        final List<CorpusCase> cases = CorpusFile.read("hostile-responses.txt").stream()
                .filter(one -> one.bytes().length > 0 && one.bytes().length <= MAX_BYTES && !one.has("ask"))
                        .toList();
        final Random random = new Random(Cutting.SEED);
        for (int i = 0; i < INPUTS; i++) {
            final CorpusCase origin = cases.get(random.nextInt(cases.size()));
            final long seed = random.nextLong();
            final byte[] bytes = new Mutation(seed).of(origin.bytes());
            final CorpusCase cousin = new CorpusCase(origin.id() + "~" + seed, List.of(), bytes,
                    origin.options());
            final String whole = outcome(cousin, Cutting.WHOLE);
            assertEquals(whole, outcome(cousin, Cutting.FEW), () -> describe(cousin));
            assertEquals(whole, outcome(cousin, Cutting.SOME), () -> describe(cousin));
            final String strict = strictly(bytes);
            assertTrue(strict == null || whole.equals(FAILED) || whole.equals(strict),
                    () -> "read strictly it is\n" + strict + "\nbut the client saw\n" + whole + "\n"
                    + describe(cousin));
        }
    }

    private static String outcome(final CorpusCase cousin, final Cutting cutting) throws IOException {
        final String target = "/cousin/" + ++asked;
        final int[] cuts = cutting.cuts(cousin.bytes().length);
        backend.on(target, served -> {
            served.sendCut(cousin.bytes(), cuts);
            served.close();
        });
        try (RawClient client = proxy.client()) {
            return ask(client, target, cousin);
        } finally {
            awaitTheEndOfTheBytes();
            assertHealthy(cousin);
        }
    }

    /** Surplus that comes when the next request has been sent cannot be told from its answer, by anybody. */
    private static void awaitTheEndOfTheBytes() {
        Await.until("the backend has sent everything and closed", () -> backend.openConnections() == 0);
    }

    private static String ask(final RawClient client, final String target,
            final CorpusCase cousin) throws IOException {
        try {
            final Answer answer = client.send(Requests.get(target)).answer();
            return answer.status() == 502 ? FAILED : answer.status() + " " + answer.text();
        } catch (WireCut e) {
            return FAILED;
        } catch (IOException e) {
            throw new AssertionError(describe(cousin), e);
        }
    }

    /** What a strict reader finds in the bytes, or null when it refuses them. */
    private static String strictly(final byte[] bytes) {
        try {
            final MessageReader reader = new MessageReader(new ByteArrayInputStream(bytes));
            Head head = reader.responseHead();
            while (head != null && head.status() < 200) {
                head = reader.responseHead();
            }
            return head == null ? null
                    : head.status() + " " + new String(reader.bodyBytes(Framing.ofResponse(head, "GET")),
                    ISO_8859_1);
        } catch (IOException e) {
            return null;
        }
    }

    private static void assertHealthy(final CorpusCase cousin) throws IOException {
        assertEquals(List.of(), backend.faults(), () -> describe(cousin));
        final String target = "/health/" + ++asked;
        try (RawClient client = proxy.client()) {
            assertEquals(Served.echo("GET", target, new byte[0]), client.get(target).text(),
                    () -> "afterwards: " + describe(cousin));
        }
        backend.closeConnections();
    }

    private static String describe(final CorpusCase cousin) {
        return cousin.id() + "\n" + new String(cousin.bytes(), ISO_8859_1).replace("\r", "\\r")
                .replace("\n", "\\n\n");
    }
}
