package io.sozu.protocols.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.http.HeadFault;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
final class ChunkScannerTest {
    private static final String END = "0\r\n\r\n";

    /** A body, the verdict on it, and what is passed on, as chunks and plain; null where nothing matters. */
    record Case(String id, String body, String verdict, String chunked, String plain) {
        @Override
        public String toString() {
            return id;
        }
    }

    private static Case same(final String id, final String body, final String plain) {
        return new Case(id, body, "ended", body, plain);
    }

    private static Case cleaned(final String id, final String body, final String chunked,
            final String plain) {
        return new Case(id, body, "ended", chunked, plain);
    }

    private static Case refused(final String id, final String body, final HeadFault fault) {
        return new Case(id, body, fault.name(), null, null);
    }

    static Stream<Case> cases() {
        final String five = "5\r\nhello\r\n";
        return Stream.of(
                same("plain", five + END, "hello"),
                same("two", five + "1\r\n \r\na\r\n0123456789\r\n" + END, "hello 0123456789"),
                same("empty", END, ""),
                same("upper case", "A\r\n0123456789\r\n" + END, "0123456789"),
                new Case("no end", five, "more", five, "hello"),
                new Case("half data", "5\r\nhel", "more", "5\r\nhel", "hel"),
                new Case("half line", five + "0", "more", five, "hello"),
                new Case("no last CRLF", five + "0\r\n", "more", five, "hello"),
                new Case("half trailer", five + "000;x\r\nX: y\r\n\r", "more", five, "hello"),
                refused("ch01", "0x5\r\nhello\r\n" + END, HeadFault.CHUNK_SIZE),
                refused("ch02", "+5\r\nhello\r\n" + END, HeadFault.CHUNK_SIZE),
                refused("ch03", "-5\r\nhello\r\n" + END, HeadFault.CHUNK_SIZE),
                refused("ch04", "5_\r\nhello\r\n" + END, HeadFault.CHUNK_SIZE),
                refused("ch05", "\r\nhello\r\n" + END, HeadFault.CHUNK_SIZE),
                refused("ch06", "g\r\nhello\r\n" + END, HeadFault.CHUNK_SIZE),
                refused("ch07", "100000000000000000005\r\nhello\r\n" + END, HeadFault.CHUNK_SIZE),
                refused("ch08", "ffffffffffffffff\r\nhello\r\n" + END, HeadFault.CHUNK_SIZE),
                refused("ch08b", "8000000000000000\r\nhello\r\n" + END, HeadFault.CHUNK_SIZE),
                refused("ch09", "5\r\nhello!\r\n" + END, HeadFault.CHUNK_DATA_END),
                refused("ch10", "5\r\nhello" + END, HeadFault.CHUNK_DATA_END),
                refused("ch11", "5\nhello\r\n" + END, HeadFault.BARE_LF),
                refused("ch12", "5\r\nhello\n" + END, HeadFault.BARE_LF),
                refused("ch13", "5\r\nhello\rX" + END, HeadFault.BARE_CR),
                cleaned("ch14", "5;a=b;c=\"d;\\\"e\";f\r\nhello\r\n0;x\r\n\r\n", five + END, "hello"),
                refused("ch15", "5;a\nb\r\nhello\r\n" + END, HeadFault.BARE_LF),
                refused("ch15b", "5;a\rb\r\nhello\r\n" + END, HeadFault.BARE_CR),
                refused("ch16", "5;a=\"\r\n\"\r\nhello\r\n" + END, HeadFault.CHUNK_EXTENSION),
                cleaned("ch17", "5 \t ; a = b\r\nhello\r\n" + END, five + END, "hello"),
                cleaned("ch17b", "5 \r\nhello\r\n" + END, five + END, "hello"),
                refused("ch17c", "5 5\r\nhello\r\n" + END, HeadFault.CHUNK_EXTENSION),
                refused("ch17d", "5;\r\nhello\r\n" + END, HeadFault.CHUNK_EXTENSION),
                refused("ch18", " 5\r\nhello\r\n" + END, HeadFault.CHUNK_SIZE),
                refused("ch19", "5;" + "a".repeat(70_000) + "\r\nhello\r\n" + END,
                        HeadFault.CHUNK_LINE_TOO_LONG),
                cleaned("ch20", "00000005\r\nhello\r\n00000000\r\n\r\n", five + END, "hello"),
                refused("ch21", "0".repeat(5_000) + "5\r\nhello\r\n" + END, HeadFault.CHUNK_SIZE),
                same("ch22", five + "0\r\nX-Sum: 1\r\nY:\r\n\r\n", "hello"),
                cleaned("ch23", five + "0\r\nContent-Length: 5\r\nX: y\r\nHost: b\r\n"
                        + "Transfer-Encoding: gzip\r\nConnection: X\r\nAuthorization: z\r\n\r\n",
                        five + "0\r\nX: y\r\n\r\n", "hello"),
                refused("ch24", five + "0\r\nX : y\r\n\r\n", HeadFault.SPACE_BEFORE_COLON),
                refused("ch24b", five + "0\r\nX: y\n\r\n", HeadFault.BARE_LF),
                refused("ch24c", five + "0\r\n X: y\r\n\r\n", HeadFault.LINE_FOLDING),
                refused("ch25", five + "0\r\nX: " + "y".repeat(100_000) + "\r\n\r\n",
                        HeadFault.TRAILERS_TOO_LARGE),
                refused("ch25b", five + "0\r\n" + "X: y\r\n".repeat(200) + "\r\n", HeadFault.TOO_MANY_FIELDS),
                refused("ch26", five + "0\r\njunk\r\n\r\n", HeadFault.NAME_WITHOUT_COLON),
                refused("ch26b", five + "0\r\n\rjunk", HeadFault.BARE_CR),
                same("ch27", "1\r\nx\r\n".repeat(3_000) + END, "x".repeat(3_000)),
                refused("ch28", "5\0\r\nhello\r\n" + END, HeadFault.CHUNK_SIZE),
                refused("ch29", "5;a\0\r\nhello\r\n" + END, HeadFault.CHUNK_EXTENSION),
                refused("ch29b", "5;a=\"\0\"\r\nhello\r\n" + END, HeadFault.CHUNK_EXTENSION),
                refused("ch30", five + "0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                        HeadFault.SPACE_BEFORE_COLON),
                refused("many extensions", ("1;" + "a".repeat(900) + "\r\nx\r\n").repeat(20) + END,
                        HeadFault.CHUNK_EXTENSION));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldPassOnTheSameHoweverTheBodyIsCut(final Case body) {
        try (ChunkRun run = new ChunkRun()) {
            check(run, body, false, body.chunked());
            check(run, body, true, body.plain());
        }
    }

    private static void check(final ChunkRun run, final Case body, final boolean plain,
            final String expected) {
        final byte[] wire = Wire.bytes(body.body());
        final int step = wire.length < 400 ? 1 : wire.length / 61;
        final String whole = run.deliver(wire, plain, wire.length);
        assertEquals(body.verdict(), run.verdict());
        if (expected != null) {
            assertEquals(expected, whole);
        }
        for (int cut = 1; cut < wire.length; cut += step) {
            assertSame(body, whole, run.deliver(wire, plain, cut), run);
        }
        assertSame(body, whole, run.deliver(wire, plain, 1), run);
        assertSame(body, whole, run.deliver(wire, plain, 7), run);
    }

    private static void assertSame(final Case body, final String whole, final String cut,
            final ChunkRun run) {
        assertEquals(body.verdict(), run.verdict());
        if (body.chunked() != null) {
            assertEquals(whole, cut);
        }
    }

    @Test
    void shouldLeaveWhatFollowsTheBodyBehindTheOutput() {
        try (ChunkRun run = new ChunkRun()) {
            final byte[] wire = Wire.bytes("5;x\r\nhello\r\n" + END + "GET /next");
            assertEquals("5\r\nhello\r\n" + END, run.deliver(wire, false, wire.length));
            assertEquals("ended", run.verdict());
            assertEquals("GET /next", run.rest());
            assertEquals(5, run.dataBytes());
        }
    }

    @Test
    void shouldPassOnTheLastChunkOnlyWithTheWholeBody() {
        try (ChunkRun run = new ChunkRun()) {
            for (final String trailers : new String[] {"", "X: y\r\n", "X: y\r\n\r", "bad one\r\n\r\n"}) {
                final byte[] wire = Wire.bytes("1\r\nx\r\n00\r\n" + trailers);
                assertEquals("1\r\nx\r\n", run.deliver(wire, false, wire.length), trailers);
                assertEquals("1\r\nx\r\n", run.deliver(wire, false, 1), trailers);
            }
        }
    }

    @Test
    void shouldBoundTheRest() {
        try (ChunkRun run = new ChunkRun()) {
            run.deliver(Wire.bytes("5;" + "a".repeat(ChunkScanner.MAX_LINE_BYTES - 3)), false, 100);
            assertEquals("more", run.verdict());
            assertTrue(run.rest().length() < ChunkScanner.MAX_LINE_BYTES);
        }
    }
}
