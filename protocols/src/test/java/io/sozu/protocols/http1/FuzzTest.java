package io.sozu.protocols.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.Method;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** Random messages against the grammar as a pattern, and against themselves cut otherwise. */
@ExtendWith(LeakCheck.class)
final class FuzzTest {
    private static final int MESSAGES = 400;
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]";
    private static final String FIELDS = "(?:" + TOKEN + "+:[\\t\\x20-\\x7e\\x80-\\xff]*\\r\\n)*+\\r\\n";
    private static final Pattern REQUEST = Pattern.compile("(?:\\r\\n)?" + TOKEN + "{1,32}+ "
            + "[\\x21-\\x22\\x24-\\x7e]++ HTTP/1\\.\\d\\r\\n" + FIELDS);
    private static final Pattern RESPONSE = Pattern.compile("HTTP/1\\.[01] [1-9]\\d\\d"
            + "(?: [\\t\\x20-\\x7e\\x80-\\xff]*)?\\r\\n" + FIELDS);
    /** What the grammar above does not say. */
    private static final Set<HeadFault> MEANING = EnumSet.of(HeadFault.METHOD_CONNECT, HeadFault.TARGET_FORM,
            HeadFault.TARGET_CHARACTER, HeadFault.TARGET_ENCODING, HeadFault.TARGET_DOT_SEGMENT,
            HeadFault.UNSOLICITED_UPGRADE, HeadFault.HOST_MISSING, HeadFault.HOST_REPEATED,
            HeadFault.HOST_SYNTAX, HeadFault.LENGTH_SYNTAX, HeadFault.LENGTH_REPEATED,
            HeadFault.LENGTH_AND_CODING, HeadFault.CODING_UNKNOWN, HeadFault.CODING_REPEATED,
            HeadFault.CODING_IN_VERSION_1_0, HeadFault.CONNECTION_NAMES_FRAMING,
            HeadFault.EXPECTATION_UNKNOWN);

    private static long seed(final RepetitionInfo run) {
        return Long.getLong("fuzz.seed", 0x50fabL) + run.getCurrentRepetition();
    }

    private static void check(final HeadVerdicts verdicts, final Pattern grammar, final String message,
            final long seed) {
        final String about = "seed " + seed + ": " + message;
        final int result = verdicts.checked(Wire.bytes(message));
        final Matcher matcher = grammar.matcher(message);
        if (matcher.lookingAt()) {
            assertTrue(result == matcher.end() || result < 0 && MEANING.contains(HeadFault.of(result)),
                    () -> HeadVerdicts.name(result) + ", " + about);
        } else {
            assertTrue(result <= 0, about);
        }
    }

    @RepeatedTest(5)
    void shouldReadRequestsByTheGrammar(final RepetitionInfo run) {
        final RandomMessages messages = new RandomMessages(seed(run));
        try (HeadVerdicts verdicts = HeadParserTest.requestVerdicts()) {
            for (int i = 0; i < MESSAGES; i++) {
                check(verdicts, REQUEST, messages.mutated(messages.request()), seed(run));
            }
        }
    }

    @RepeatedTest(5)
    void shouldReadResponsesByTheGrammar(final RepetitionInfo run) {
        final RandomMessages messages = new RandomMessages(seed(run));
        try (HeadVerdicts verdicts = HeadParserTest.responseVerdicts(Method.GET)) {
            for (int i = 0; i < MESSAGES; i++) {
                check(verdicts, RESPONSE, messages.mutated(messages.response()), seed(run));
            }
        }
    }

    @RepeatedTest(5)
    void shouldScanChunksTheSameHoweverTheyAreCut(final RepetitionInfo run) {
        final RandomMessages messages = new RandomMessages(seed(run));
        try (ChunkRun chunks = new ChunkRun(); ChunkRun again = new ChunkRun()) {
            for (int i = 0; i < MESSAGES; i++) {
                final String body = messages.mutated(messages.chunks());
                final byte[] wire = Wire.bytes(body);
                for (final boolean plain : new boolean[] {false, true}) {
                    final String whole = chunks.deliver(wire, plain, Math.max(1, wire.length));
                    for (int part = 1; part < wire.length; part += part < 8 ? 1 : 13) {
                        final String cut = again.deliver(wire, plain, part);
                        final String about = "seed " + seed(run) + ", by " + part + ": " + body;
                        assertEquals(chunks.verdict(), again.verdict(), about);
                        if (chunks.verdict().equals("ended") || chunks.verdict().equals("more")) {
                            assertEquals(whole, cut, about);
                            assertEquals(chunks.dataBytes(), again.dataBytes(), about);
                        }
                    }
                }
                assertCanonical(chunks, again, wire);
            }
        }
    }

    /** What was passed on as chunks is passed on unchanged when it is read again, and means the same. */
    private static void assertCanonical(final ChunkRun chunks, final ChunkRun again, final byte[] wire) {
        final String canonical = chunks.deliver(wire, false, Math.max(1, wire.length));
        if (!chunks.verdict().equals("ended")) {
            return;
        }
        final byte[] output = Wire.bytes(canonical);
        assertEquals(canonical, again.deliver(output, false, output.length));
        assertEquals("ended", again.verdict());
        assertEquals(chunks.deliver(wire, true, wire.length), again.deliver(output, true, output.length));
        assertTrue(canonical.matches(
                "(?s)([1-9a-fA-F][0-9a-fA-F]*\\r\\n.*\\r\\n)*0\\r\\n([^\\r]+\\r\\n)*\\r\\n"));
    }
}
