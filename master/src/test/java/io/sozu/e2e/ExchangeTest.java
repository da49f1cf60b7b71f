package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ordinary exchanges: methods, framings, versions, pipelines. */
@Tag("e2e")
final class ExchangeTest {
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();

    private static final int[] SIZES = {0, 1, 2, 1023, 4096, 8191, 16_000, 16_384, 16_393, 16_394, 32_768,
            65_536, 200_001};

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
    void shouldRelayGetPostAndHeadOnOneConnection() throws IOException {
        try (RawClient client = proxy.client()) {
            assertEquals(Served.echo("GET", "/g?x=1", new byte[0]), client.get("/g?x=1").text());
            final Answer posted = client.send(Requests.post("/p", "hello")).answer();
            assertEquals(Served.echo("POST", "/p", "hello".getBytes(ISO_8859_1)), posted.text());
            final Answer head = client.send(Requests.head("/h")).answer("HEAD");
            assertEquals(0, head.body().length);
            assertEquals("12", head.head().only("Content-Length"));
            assertEquals(200, client.get("/after").status());
        }
        assertArrayEquals("hello".getBytes(ISO_8859_1), backend.only("/p").body());
    }

    @Test
    void shouldRelayBodiesOfEverySizeByLengthAndByChunks() throws IOException {
        backend.on("/size", served -> served.answer("", new String(served.readBody(), ISO_8859_1)));
        backend.on("/size-chunked", served -> {
            final String body = new String(served.readBody(), ISO_8859_1);
            served.send("HTTP/1.1 200 OK\r\n" + served.marks() + "Transfer-Encoding: chunked\r\n\r\n"
                    + chunked(body));
        });
        try (RawClient client = proxy.client()) {
            for (final int size : SIZES) {
                final String body = Pattern64.text(size);
                for (final String path : List.of("/size", "/size-chunked")) {
                    assertBody(body, client.send(Requests.post(path, body)).answer(), path);
                    assertBody(body, client.send("POST " + path
                            + " HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: "
                            + "chunked\r\n\r\n" + chunked(body)).answer(), path + " by chunks");
                }
            }
        }
        assertEquals(List.of(), backend.faults());
    }

    @Test
    void shouldRelayTrailersBothWays() throws IOException {
        backend.on("/trailers", served -> {
            served.readBody();
            served.send("HTTP/1.1 200 OK\r\n" + served.marks()
                    + "Transfer-Encoding: chunked\r\nTrailer: X-Down\r\n\r\n"
                    + "3\r\nabc\r\n0\r\nX-Down: 2\r\n\r\n");
        });
        try (RawClient client = proxy.client()) {
            final Answer answer = client.send("POST /trailers HTTP/1.1\r\nHost: a.test\r\nTE: trailers\r\n"
                    + "Connection: TE\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nhello\r\n0\r\nX-Up: 1\r\n\r\n").answer();
            assertEquals("abc", answer.text());
            assertEquals(List.of("X-Down: 2"), answer.trailers().stream().map(Field::toString).toList());
        }
        assertEquals(List.of("X-Up: 1"), backend.only("/trailers").trailers().stream().map(Field::toString)
                .toList());
    }

    @Test
    void shouldServePipelinedRequestsInOrder() throws IOException {
        final StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            requests.append(i % 3 == 0 ? Requests.get("/pipe/" + i)
                    : Requests.post("/pipe/" + i, "x".repeat(i * 37)));
        }
        try (RawClient client = proxy.client()) {
            client.send(requests.toString());
            for (int i = 0; i < 60; i++) {
                final String expected = i % 3 == 0 ? Served.echo("GET", "/pipe/" + i, new byte[0])
                        : Served.echo("POST", "/pipe/" + i, "x".repeat(i * 37).getBytes(ISO_8859_1));
                assertEquals(expected, client.answer().text());
            }
        }
    }

    @Test
    void shouldCloseAfterAnHttp10RequestAndKeepWhenAsked() throws IOException {
        try (RawClient client = proxy.client()) {
            final Answer kept =
                    client.send("GET /ten HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n")
                    .answer();
            assertTrue(kept.head().connection("keep-alive"), kept::toString);
            final Answer last = client.send("GET /ten HTTP/1.0\r\nHost: a.test\r\n\r\n").answer();
            assertEquals(Served.echo("GET", "/ten", new byte[0]), last.text());
            assertEquals(new Ending(Ending.Kind.CLOSED, ""), client.ending());
        }
    }

    @Test
    void shouldGiveAnHttp10ClientNoChunks() throws IOException {
        backend.on("/chunks", served -> served.send("HTTP/1.1 200 OK\r\n" + served.marks()
                + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\nX-T: 1\r\n\r\n"));
        try (RawClient client = proxy.client()) {
            final Answer answer = client.send("GET /chunks HTTP/1.0\r\nHost: a.test\r\n\r\n").answer();
            assertEquals("hello world", answer.text());
            assertNull(answer.head().only("Transfer-Encoding"));
        }
    }

    @Test
    void shouldSayThatItClosesWhenAskedToClose() throws IOException {
        try (RawClient client = proxy.client()) {
            final Answer answer = client.send(Requests.getWith("/bye", "Connection: close\r\n")).answer();
            assertTrue(answer.head().connection("close"), answer::toString);
            assertEquals(new Ending(Ending.Kind.CLOSED, ""), client.ending());
        }
    }

    @Test
    void shouldRelayAnAnswerThatEndsWithTheBackendConnection() throws IOException {
        final String body = Pattern64.text(100_000);
        backend.on("/until-close", served -> {
            served.send("HTTP/1.1 200 OK\r\n" + served.marks() + "\r\n" + body);
            served.close();
        });
        for (final String version : List.of("HTTP/1.1", "HTTP/1.0")) {
            try (RawClient client = proxy.client()) {
                assertBody(body, client.send("GET /until-close " + version + "\r\nHost: a.test\r\n\r\n")
                        .answer(), version);
            }
        }
    }

    @Test
    void shouldRelayInterimAnswers() throws IOException {
        backend.on("/hints", served -> {
            served.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n");
            served.answer();
        });
        try (RawClient client = proxy.client()) {
            final Answer answer = client.get("/hints");
            assertEquals(1, answer.interims().size());
            assertEquals("</a.css>; rel=preload", answer.interims().getFirst().only("Link"));
            assertEquals(0, client.send("GET /hints HTTP/1.0\r\nHost: a.test\r\n\r\n").answer().interims()
                    .size());
        }
    }

    @Test
    void shouldAnswer404WhenNoFrontendMatches() throws IOException {
        try (RawClient client = proxy.client()) {
            final Answer answer = client.send("GET / HTTP/1.1\r\nHost: unknown.test\r\n\r\n").answer();
            assertEquals(404, answer.status());
            assertFalse(answer.fromBackend());
        }
    }

    @Test
    void shouldAnswerAClientThatHasEndedItsSending() throws IOException {
        try (RawClient client = proxy.client()) {
            client.send(Requests.post("/half-close", "hello")).finishSending();
            assertEquals(Served.echo("POST", "/half-close", "hello".getBytes(ISO_8859_1)),
                    client.answer().text());
            assertEquals(Ending.Kind.CLOSED, client.ending().kind());
        }
    }

    private static void assertBody(final String expected, final Answer answer, final String what) {
        assertTrue(expected.equals(answer.text()), () -> what + ": " + expected.length()
                + " bytes came back as "
                + answer.body().length + " other ones, " + answer.head().raw());
    }

    private static String chunked(final String body) {
        final StringBuilder text = new StringBuilder();
        for (int at = 0, step = 1; at < body.length(); at += step, step = step * 3 + 1) {
            final int end = Math.min(body.length(), at + step);
            text.append(Integer.toHexString(end - at)).append("\r\n").append(body, at, end).append("\r\n");
        }
        return text.append("0\r\n\r\n").toString();
    }
}
