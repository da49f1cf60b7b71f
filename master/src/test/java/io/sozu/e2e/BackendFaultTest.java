package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Backends that are away, die, or close kept connections; and clients that vanish. */
@Tag("e2e")
final class BackendFaultTest {
    @RegisterExtension
    final Stage stage = Stage.perTest();

    @Test
    void shouldAnswer503WhenTheOnlyBackendRefusesAndServeWhenItIsBack() throws IOException {
        final int port = ProxyConfig.freePort();
        final ProxyProcess proxy = stage.proxy(new ProxyConfig().cluster(ProxyConfig.CLUSTER, Requests.HOST,
                "{ address = \"127.0.0.1:" + port + "\" }"));
        try (RawClient client = proxy.client()) {
            final Answer answer = client.get("/down");
            assertEquals(503, answer.status());
            assertFalse(answer.fromBackend());
        }
        stage.own(new ScriptedBackend("back", port));
        Await.until("the backend is used again", () -> {
            try (RawClient client = proxy.client()) {
                return client.get("/up").status() == 200;
            }
        });
    }

    @Test
    void shouldAnswer503WhenTheClusterIsEmpty() throws IOException {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of());
        try (RawClient client = proxy.client()) {
            assertEquals(503, client.get("/empty").status());
            assertEquals(503, client.get("/empty").status());
        }
    }

    @Test
    void shouldTryAnotherBackendWhenOneRefuses() throws IOException {
        final ScriptedBackend alive = stage.backend("alive");
        final ProxyProcess proxy = stage.proxy(new ProxyConfig().cluster(ProxyConfig.CLUSTER, Requests.HOST,
                "{ address = \"127.0.0.1:" + ProxyConfig.freePort() + "\" }, { address = \"" + alive.address()
                + "\" }"));
        try (RawClient client = proxy.client()) {
            for (int i = 0; i < 20; i++) {
                assertEquals(200, client.get("/" + i).status());
                assertEquals(200, client.send(Requests.post("/p" + i, "hello")).answer().status());
            }
        }
    }

    @Test
    void shouldCutTheAnswerVisiblyWhenTheBackendDiesInIt() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend));
        final String part = Pattern64.text(100_000);
        backend.on("/length", served -> {
            served.send("HTTP/1.1 200 OK\r\n" + served.marks() + "Content-Length: 1000000\r\n\r\n" + part);
            served.close();
        });
        backend.on("/chunked", served -> {
            served.send("HTTP/1.1 200 OK\r\n" + served.marks() + "Transfer-Encoding: chunked\r\n\r\n186a0\r\n"
                    + part);
            served.reset();
        });
        for (final String target : new String[] {"/length", "/chunked"}) {
            try (RawClient client = proxy.client()) {
                final Head head = client.send(Requests.get(target)).head();
                final Pattern64 received = new Pattern64();
                assertTrue(cut(client, head, received), target);
                assertTrue(received.verifiedBytes() <= part.length(), target);
            }
        }
        try (RawClient client = proxy.client()) {
            assertEquals(200, client.get("/after").status());
        }
    }

    @Test
    void shouldShareIdleConnectionsAndSurviveTheirClosing() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend));
        for (int i = 0; i < 10; i++) {
            try (RawClient client = proxy.client()) {
                assertEquals(200, client.get("/shared/" + i).status());
            }
        }
        assertEquals(1, backend.acceptedConnections());
        for (int i = 0; i < 30; i++) {
            backend.closeConnections();
            try (RawClient client = proxy.client()) {
                assertEquals(200, client.get("/closed/" + i).status());
            }
        }
    }

    @Test
    void shouldRetryAGetOnceWhenAKeptConnectionTurnsOutDead() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend));
        backend.on("/first-connection-dies", served -> {
            if (served.connection() == 1) {
                served.reset();
            } else {
                served.answer();
            }
        });
        try (RawClient client = proxy.client()) {
            assertEquals(200, client.get("/warm").status());
            assertEquals(200, client.get("/first-connection-dies").status());
        }
        assertEquals(2, backend.seen(seen -> seen.head().target().equals("/first-connection-dies")).size());
    }

    @Test
    void shouldNotRepeatAPostOnAnotherConnection() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend));
        backend.on("/die", served -> {
            served.readBody();
            served.reset();
        });
        try (RawClient client = proxy.client()) {
            assertEquals(200, client.get("/warm").status());
            assertEquals(502, client.send(Requests.post("/die", "hello")).answer().status());
        }
        assertEquals(1, backend.seen(seen -> seen.head().target().equals("/die")).size());
    }

    @Test
    void shouldReleaseTheBackendWhenTheClientVanishes() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend));
        backend.on("/wait", Served::awaitClose);
        for (int i = 0; i < 5; i++) {
            final RawClient client = proxy.client();
            client.send(Requests.get("/wait"));
            final int expected = i + 1;
            Await.until("the request reached the backend", () -> backend.seen().size() == expected);
            client.reset();
        }
        Await.until("all backend connections are closed", () -> backend.openConnections() == 0);
    }

    @Test
    void shouldReadASlowBackendByteByByte() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend));
        backend.on("/slow", served -> {
            final byte[] bytes = ("HTTP/1.1 200 OK\r\n" + served.marks()
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nhello\r\nA\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n").getBytes(ISO_8859_1);
            served.sendCut(bytes, Pieces.everywhere(bytes.length));
        });
        try (RawClient client = proxy.client()) {
            assertEquals("hello0123456789", client.get("/slow").text());
            assertEquals("hello0123456789", client.get("/slow").text());
        }
    }

    private static boolean cut(final RawClient client, final Head head,
            final BodySink sink) throws IOException {
        try {
            client.body(head, sink);
            return false;
        } catch (WireCut e) {
            return true;
        }
    }
}
