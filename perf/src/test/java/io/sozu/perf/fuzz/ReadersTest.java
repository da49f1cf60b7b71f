package io.sozu.perf.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The independent readers see what they are there to see. */
final class ReadersTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String CHUNKED = "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

    static Stream<Reading.Reader> requests() {
        return Stream.of(HttpCoreReader::requests, JettyReader::requests);
    }

    static Stream<Reading.Reader> responses() {
        return Stream.of(HttpCoreReader::responses, JettyReader::responses);
    }

    private static Reading read(final Reading.Reader reader, final String stream) {
        return reader.read(Oracle.bytes(stream), null);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldCountRequestsAndReadThemWhole(final Reading.Reader reader) {
        final Reading reading = read(reader, GET + CHUNKED + "5\r\nhello\r\n1\r\n!\r\n0\r\nT: v\r\n\r\n"
                + "PUT /b HTTP/1.1\r\nHost: h\r\nX: \u00e9 y\r\nContent-Length: 3\r\n\r\nabc");

        assertEquals(Reading.End.CLEAN, reading.end());
        assertEquals(List.of("GET /a", "POST /a", "PUT /b"),
                reading.messages().stream().map(Message::start).toList());
        assertEquals(List.of("", "hello!", "abc"), reading.messages().stream().map(Message::body).toList());
        assertEquals(List.of("host: h", "x: \u00e9 y", "content-length: 3"),
                reading.messages().getLast().fields());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldTellACutFromAnEnd(final Reading.Reader reader) {
        final String whole = CHUNKED + "5\r\nhello\r\n0\r\n\r\n";
        for (int length = 1; length < whole.length() - 5; length++) {
            assertEquals(Reading.End.CUT, read(reader, whole.substring(0, length)).end(), "at " + length);
        }
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldNotOverlookWhatStandsBehindARequest(final Reading.Reader reader) {
        for (final String behind : List.of("\r\n", "\n", "x", "0\r\n\r\n", " GET / HTTP/1.1\r\n\r\n", "\0")) {
            assertNotEquals(Reading.End.CLEAN, read(reader, GET + behind).end(), behind);
        }
        assertEquals(2, read(reader, GET + GET).messages().size());
    }

    @ParameterizedTest
    @MethodSource("responses")
    void shouldReadResponsesByWhatWasAsked(final Reading.Reader reader) {
        final String head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
        final Reading reading = reader.read(Oracle.bytes("HTTP/1.1 103 Early\r\nLink: a\r\n\r\n" + head + head
                + "ok" + "HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n"
                + "HTTP/1.1 200 OK\r\n\r\nto the end"),
                List.of("HEAD", "GET", "GET", "GET"));

        assertEquals(Reading.End.CLEAN, reading.end());
        assertEquals(List.of("103", "200", "200", "304", "200"),
                reading.messages().stream().map(Message::start).toList());
        assertEquals(List.of("", "", "ok", "", "to the end"),
                reading.messages().stream().map(Message::body).toList());
        assertEquals(Reading.End.FAULT, reader.read(Oracle.bytes(head + "ok" + head + "ok"), List.of("GET"))
                .end(), "a response nobody asked for");
    }
}
