package io.sozu.protocols.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.http.BodyFraming;
import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.Method;
import io.sozu.protocols.http.TargetForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is rewritten is valid, canonical, and means what it meant. */
@ExtendWith(LeakCheck.class)
final class RewriteFuzzTest {
    private static final int MESSAGES = 3_000;
    private static final int CAPACITY_BYTES = 4096;
    private static final String INSERT = "Inserted: 1\r\n";
    private static final List<String> HOP_BY_HOP = List.of("connection", "keep-alive", "proxy-connection",
            "te", "upgrade", "http2-settings");

    private static final String[] REWRITTEN = {"host", "content-length", "transfer-encoding", "inserted"};

    private final HeadView before = new HeadView();
    private final HeadView after = new HeadView();

    private static String name(final String line) {
        return line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
    }

    /** Returns the lines that must be left of these, in order, by a plain reading of the rules. */
    private static List<String> expected(final List<String> lines, final List<String> more) {
        final List<String> dropped = new ArrayList<>(HOP_BY_HOP);
        dropped.addAll(more);
        for (final String line : lines) {
            if (name(line).equals("connection")) {
                for (final String option : line.substring(line.indexOf(':') + 1).split(",")) {
                    dropped.add(option.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        return lines.stream().filter(line -> !dropped.contains(name(line))).toList();
    }

    private static List<String> without(final List<String> lines, final String... names) {
        return lines.stream().filter(line -> !List.of(names).contains(name(line))).toList();
    }

    @RepeatedTest(3)
    void shouldKeepTheMeaningOfARequest(final RepetitionInfo run) {
        final RandomMessages messages = new RandomMessages(run.getCurrentRepetition());
        final RequestHeadParser parser = new RequestHeadParser();
        int rewritten = 0;
        try (NativeText text = new NativeText(CAPACITY_BYTES); NativeText insert = new NativeText(INSERT);
                HeadRewriter rewriter = new HeadRewriter(CAPACITY_BYTES)) {
            for (int i = 0; i < MESSAGES; i++) {
                final String message = messages.mutated(messages.request());
                text.set(message);
                final int end = parser.parse(text.address(), text.lengthBytes(), 0, before);
                if (end <= 0) {
                    continue;
                }
                final RequestMeaning meaning = RequestMeaning.of(before);
                final List<String> lines = Wire.lines(before);
                final long start = rewriter.rewriteRequest(before, insert.address(), insert.lengthBytes());
                final int bytes = (int) (text.address() + end - start);
                final String head = NativeText.text(start, bytes);
                final int again = parser.parse(start, bytes, 0, after);
                if (meaning.authority().isEmpty()) {
                    assertEquals(HeadFault.HOST_MISSING.result(), again, message);
                    continue;
                }
                assertEquals(bytes, again, () -> message + " became " + head);
                assertEquals(meaning.forwarded(), RequestMeaning.of(after), message);
                assertTrue(after.keepAlive());
                assertEquals(0, after.droppedCount(), head);
                assertEquals(without(keptOfRequest(lines, meaning), REWRITTEN),
                        without(Wire.lines(after), REWRITTEN));
                assertEquals("Inserted: 1", Wire.lines(after).get(0));
                assertEquals(NativeText.text(text.address() + end, text.lengthBytes() - end),
                        message.substring(end));
                rewritten++;
            }
        }
        assertTrue(rewritten > MESSAGES / 10, "rewritten " + rewritten);
    }

    private static List<String> keptOfRequest(final List<String> lines, final RequestMeaning meaning) {
        return expected(lines, meaning.expectsContinue() ? List.of() : List.of("expect"));
    }

    @RepeatedTest(3)
    void shouldKeepTheMeaningOfAResponse(final RepetitionInfo run) {
        final RandomMessages messages = new RandomMessages(run.getCurrentRepetition());
        final ResponseHeadParser parser = new ResponseHeadParser();
        int rewritten = 0;
        try (NativeText text = new NativeText(CAPACITY_BYTES); NativeText insert = new NativeText(INSERT);
                HeadRewriter rewriter = new HeadRewriter(CAPACITY_BYTES)) {
            for (int i = 0; i < MESSAGES; i++) {
                final String message = messages.mutated(messages.response());
                final Method method = i % 5 == 0 ? Method.HEAD : Method.GET;
                text.set(message);
                final int end = parser.parse(text.address(), text.lengthBytes(), 0, method.id(), before);
                if (end <= 0) {
                    continue;
                }
                final int status = before.status();
                final long length = before.contentLength();
                final boolean coded = before.framing() == BodyFraming.CHUNKED;
                final List<String> lines = Wire.lines(before);
                final long start = rewriter.rewriteResponse(before, insert.address(), insert.lengthBytes());
                final int bytes = (int) (text.address() + end - start);
                assertEquals(bytes, parser.parse(start, bytes, 0, method.id(), after), message);
                assertEquals(status, after.status());
                assertEquals(length, after.contentLength(), message);
                assertEquals(0, after.droppedCount(), message);
                assertFalse(after.has(FieldName.TRANSFER_ENCODING));
                assertTrue(NativeText.text(start, bytes)
                        .matches("(?s)HTTP/1\\.1 \\d\\d\\d [^\\r]*\\r\\nInserted.*"));
                assertEquals(without(expected(lines, List.of("transfer-encoding")), "content-length"),
                        without(Wire.lines(after), "content-length", "inserted"), message);
                assertTrue(!coded || length == -1);
                rewritten++;
            }
        }
        assertTrue(rewritten > MESSAGES / 10, "rewritten " + rewritten);
    }

    /** All that a request says which is not a matter of one connection. */
    private record RequestMeaning(Method method, String path, String query, String authority,
            BodyFraming framing, long contentLength, boolean expectsContinue, TargetForm form) {
        static RequestMeaning of(final HeadView view) {
            final boolean empty = view.targetForm() == TargetForm.ABSOLUTE
                    && view.pathOffset() < view.authorityOffset();
            return new RequestMeaning(view.method(), empty ? "" : Wire.path(view), Wire.query(view),
                    view.hasAuthority() ? Wire.authority(view) : "", view.framing(), view.contentLength(),
                    view.expectsContinue(), view.targetForm());
        }

        /** Returns what it is in the form in which requests are sent on. */
        RequestMeaning forwarded() {
            final boolean server = path.equals("*")
                    || method == Method.OPTIONS && path.isEmpty() && query == null;
            return new RequestMeaning(method, server ? "*" : path.isEmpty() ? "/" : path, query, authority,
                    framing, contentLength, expectsContinue,
                    server ? TargetForm.ASTERISK : TargetForm.ORIGIN);
        }
    }
}
