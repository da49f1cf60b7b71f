package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests whose body waits for permission, and answers that do not wait for the body. */
@Tag("e2e")
final class ExpectTest {
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();

    private static ScriptedBackend backend;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        backend = STAGE.backend("b1");
        proxy = STAGE.proxy(ProxyConfig.of(backend));
        backend.on("/continue", served -> {
            served.send("HTTP/1.1 100 Continue\r\n\r\n");
            served.answer();
        });
        backend.on("/refuse", served -> {
            served.send("HTTP/1.1 417 Expectation Failed\r\n" + served.marks()
                    + "Content-Length: 2\r\n\r\nno");
            served.awaitClose();
        });
        backend.on("/early", served -> {
            served.send("HTTP/1.1 200 OK\r\n" + served.marks() + "Content-Length: 5\r\n\r\nearly");
            served.awaitClose();
        });
    }

    @AfterAll
    static void shouldHoldNothingAfterwards() {
        proxy.awaitRest();
    }

    @Test
    void shouldRelayThePermissionAndThenTheBody() throws IOException {
        try (RawClient client = proxy.client()) {
            client.send(expecting("/continue", 5));
            assertEquals(100, client.head().status());
            assertEquals(Served.echo("POST", "/continue", "hello".getBytes(ISO_8859_1)),
                    client.send("hello").answer().text());
            assertEquals(200, client.get("/after").status());
        }
    }

    @Test
    void shouldRelayAFinalAnswerThatComesInsteadOfThePermission() throws IOException {
        backend.forget();
        try (RawClient client = proxy.client()) {
            final Answer answer = client.send(expecting("/refuse", 5)).answer();
            assertEquals(417, answer.status());
            assertEquals("no", answer.text());
        }
        assertBackendConnectionClosed("/refuse");
    }

    @Test
    void shouldFreeTheBackendWhenTheClientNeverSendsTheBody() throws IOException {
        backend.forget();
        try (RawClient client = proxy.client()) {
            client.send(expecting("/continue", 500));
            assertEquals(100, client.head().status());
        }
        assertBackendConnectionClosed("/continue");
        try (RawClient client = proxy.client()) {
            assertEquals(200, client.get("/after").status());
        }
    }

    @Test
    void shouldRelayAnAnswerThatComesBeforeTheBodyHasEnded() throws IOException {
        backend.forget();
        try (RawClient client = proxy.client()) {
            client.send("POST /early HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100000\r\n\r\nonly a part");
            assertEquals("early", client.answer().text());
        }
        assertBackendConnectionClosed("/early");
    }

    @Test
    void shouldNotTakeALateBodyForTheNextRequest() throws IOException {
        backend.forget();
        final String body = Requests.get("/evil");
        try (RawClient client = proxy.client()) {
            client.send("POST /early HTTP/1.1\r\nHost: a.test\r\nContent-Length: " + body.length()
                    + "\r\n\r\n");
            assertEquals("early", client.answer().text());
            client.send(body);
            client.send(Requests.get("/next"));
            assertNextOrClosed(client);
        } catch (SocketException e) {
            assertTrue(backend.seen(seen -> seen.head().target().equals("/evil")).isEmpty());
        }
        assertTrue(backend.seen(seen -> seen.head().target().equals("/evil")).isEmpty());
    }

    private static void assertNextOrClosed(final RawClient client) throws IOException {
        try {
            assertEquals(Served.echo("GET", "/next", new byte[0]), client.answer().text());
        } catch (WireCut e) {
            assertTrue(!e.inside(), "an answer was cut");
        }
    }

    private static void assertBackendConnectionClosed(final String target) {
        final Seen seen = backend.only(target);
        Await.until("the backend connection is closed and not reused",
                () -> backend.closed(seen.connection()));
    }

    private static String expecting(final String target, final int lengthBytes) {
        return "POST " + target + " HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: "
                + lengthBytes
                + "\r\n\r\n";
    }
}
