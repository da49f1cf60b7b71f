package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Timeouts and limits of a listener, a cluster and a frontend, as real clients meet them. */
@Tag("e2e")
final class TermsE2eTest {
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();

    private static final String POST = " HTTP/1.1\r\nHost: a.test\r\nContent-Length: ";
    private static final Gate GATE = new Gate();
    private static ScriptedBackend backend;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        backend = STAGE.backend("b1");
        backend.on("/silent", Served::awaitClose);
        backend.on("/silent/long", served -> {
            GATE.pass();
            served.answer();
        });
        proxy = STAGE.proxy(new ProxyConfig().timeouts(1, 10, 30, 1).listener("keepalive_timeout", 1)
                .listener("min_body_rate", 1_000_000).listener("max_body_size", 100)
                .listener("max_header_fields", 6).listener("max_header_size", 600)
                .listener("max_connection_age", 2).listener("no_route_status", 421)
                .cluster("web", List.of("hostname = \"a.test\"",
                        "hostname = \"a.test\", path = \"/silent/long\", response_timeout = 20",
                        "hostname = \"a.test\", path = \"/slow\", min_body_rate = 0, max_body_size = 0",
                        "hostname = \"a.test\", path = \"/trickle\", max_body_size = 0"), backend)
                .also("response_timeout = 1"));
    }

    @Test
    void shouldWaitForAResponseAsLongAsTheNearestSays() throws IOException {
        try (RawClient patient = proxy.client(); RawClient client = proxy.client()) {
            patient.send("GET /silent/long HTTP/1.1\r\nHost: a.test\r\n\r\n");
            Await.until("the backend has the request", () -> !backend.seen(
                    one -> one.head().target().equals("/silent/long")).isEmpty());
            assertEquals(504, client.get("/silent").status());
            GATE.open();
            assertEquals(200, patient.answer().status());
        }
    }

    @Test
    void shouldCutAClientThatTricklesItsBody() throws IOException {
        try (RawClient client = proxy.client()) {
            client.send("POST /trickle" + POST + "10000000\r\n\r\n");
            Await.until("the proxy gives up", () -> {
                client.send("x");
                return client.closedByPeer() || client.holdsBytes();
            });
            assertEquals(408, client.answer().status());
        }
    }

    @Test
    void shouldTakeWhatTheFrontendTakes() throws IOException {
        try (RawClient client = proxy.client()) {
            assertEquals(413, client.send("POST /body" + POST + "101\r\n\r\n").answer().status());
        }
        try (RawClient client = proxy.client()) {
            assertEquals(200, client.send("POST /slow" + POST + "101\r\n\r\n" + "x".repeat(101)).answer()
                    .status());
        }
    }

    @Test
    void shouldAnswer431ToTooManyOrTooLongFields() throws IOException {
        for (final String fields : List.of("X: y\r\n".repeat(6), "X: " + "y".repeat(600) + "\r\n")) {
            try (RawClient client = proxy.client()) {
                assertEquals(431, client.send("GET / HTTP/1.1\r\nHost: a.test\r\n" + fields + "\r\n").answer()
                        .status());
            }
        }
    }

    @Test
    void shouldAnswerAsTheListenerSaysWhereNobodyServesTheHost() throws IOException {
        try (RawClient client = proxy.client()) {
            assertEquals(421, client.send("GET / HTTP/1.1\r\nHost: other.test\r\n\r\n").answer().status());
        }
    }

    @Test
    void shouldEndAnOldConnection() throws IOException {
        try (RawClient client = proxy.client()) {
            int answers = 0;
            Answer answer;
            final long begin = System.nanoTime();
            do {
                answer = client.get("/age");
                answers++;
            } while (!answer.head().connection("close"));
            assertTrue(answers > 1);
            assertTrue(System.nanoTime() - begin > 1_800_000_000L);
            assertEquals(Ending.Kind.CLOSED, client.ending().kind());
        }
    }

    @Test
    void shouldObeyAnOrderAboutTheTermsOfAFrontend() throws IOException {
        try (Ctl ctl = proxy.ctl()) {
            ctl.obeyed("ADD_HTTP_FRONTEND", "{\"route\":{\"CLUSTER_ID\":\"web\"},\"address\":\"127.0.0.1:"
                    + proxy.port() + "\",\"hostname\":\"a.test\",\"path\":{\"PREFIX\":\"/order\"},"
                    + "\"max_body_size\":3}");
        }
        try (RawClient client = proxy.client()) {
            assertEquals(413, client.send("POST /order" + POST + "4\r\n\r\n").answer().status());
        }
    }
}
