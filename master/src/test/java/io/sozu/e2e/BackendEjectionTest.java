package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Backends that accept requests and serve them badly are left alone for a time, and come back. */
@Tag("e2e")
final class BackendEjectionTest {
    @RegisterExtension
    final Stage stage = Stage.perTest();
    private final AtomicBoolean isBad = new AtomicBoolean(true);

    private static String backendOf(final Answer answer) {
        return answer.head().only(ScriptedBackend.MARK);
    }

    /** Asks until the backend is used again, which it must be, and stays. */
    private static void awaitReturn(final ProxyProcess proxy, final RawClient client, final String name) {
        Await.until("it is used again", () -> name.equals(backendOf(client.get("/"))));
        Await.until("its return is counted", () -> proxy.counter("backend.returned.total") == 1);
    }

    /** What the workers say of a backend. */
    private static JsonNode told(final ProxyProcess proxy, final String name) throws IOException {
        try (Ctl ctl = proxy.ctl()) {
            for (final JsonNode backend : ctl.ask("LIST_BACKENDS", "{\"cluster_id\":\"web\"}")
                    .findValue("backends")) {
                if (backend.path("backend_id").asText().equals(name)) {
                    assertEquals(1, backend.path("workers").asInt());
                    return backend;
                }
            }
        }
        throw new AssertionError("no backend " + name);
    }

    private static int timesOf(final String name, final RawClient client, final int requests)
            throws IOException {
        int times = 0;
        for (int i = 0; i < requests; i++) {
            final Answer answer = client.get("/");
            assertEquals(200, answer.status());
            times += name.equals(backendOf(answer)) ? 1 : 0;
        }
        return times;
    }

    @Test
    void shouldEjectABackendThatAnswers500AndTakeItBack() throws IOException {
        final ScriptedBackend bad = stage.backend("bad").otherwise(served -> {
            if (isBad.get()) {
                served.send("HTTP/1.1 500 Oops\r\n" + served.marks() + "Content-Length: 0\r\n\r\n");
            } else {
                served.answer();
            }
        });
        final ProxyProcess proxy = stage.proxy(ProxyConfig.with("consecutive_5xx = 3\nejection_time = 2", bad,
                stage.backend("good")));
        try (RawClient client = proxy.client()) {
            int oops = 0;
            for (int i = 0; i < 20; i++) {
                oops += client.get("/").status() == 500 ? 1 : 0;
            }
            assertEquals(3, oops);
            assertEquals(1, proxy.counter("backend.ejected.total"));
            assertEquals(1, told(proxy, "bad").path("ejected").asInt());
            assertEquals(0, told(proxy, "good").path("ejected").asInt());
            assertTrue(told(proxy, "good").path("connections").asInt() > 0);
            isBad.set(false);
            awaitReturn(proxy, client, "bad");
            assertEquals(0, told(proxy, "bad").path("ejected").asInt());
            assertEquals(10, timesOf("bad", client, 20));
            assertEquals(1, proxy.counter("backend.ejected.total"));
        }
    }

    @Test
    void shouldEjectABackendThatResetsAndTieItsClientsElsewhere() throws IOException {
        final ScriptedBackend bad = stage.backend("bad").otherwise(served -> {
            if (isBad.get()) {
                served.reset();
            } else {
                served.answer();
            }
        });
        final ProxyProcess proxy = stage.proxy(ProxyConfig.with("consecutive_failures = 2\n"
                + "ejection_time = 2\nsticky_session = true", bad, stage.backend("good")));
        final String tied = Requests.getWith("/", "Cookie: SOZUBALANCEID=bad\r\n");
        try (RawClient client = proxy.client()) {
            for (int i = 0; i < 2; i++) {
                try (RawClient refused = proxy.client()) {
                    assertEquals(502, refused.send(tied).answer().status());
                }
            }
            final Answer elsewhere = client.send(tied).answer();
            assertEquals("good", backendOf(elsewhere));
            assertTrue(elsewhere.head().only("Set-Cookie").startsWith("SOZUBALANCEID=good;"));
            assertEquals(0, timesOf("bad", client, 10));
            assertEquals(2, bad.seen().size());
            assertEquals(1, proxy.counter("backend.ejected.total"));
            isBad.set(false);
            awaitReturn(proxy, client, "bad");
            assertEquals("bad", backendOf(client.send(tied).answer()));
        }
    }

    @Test
    void shouldTellOfABackendWhatItServesUntilItHasDrained() throws IOException {
        final Gate gate = new Gate();
        final ScriptedBackend slow = stage.backend("slow").otherwise(served -> {
            gate.pass();
            served.answer();
        });
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(slow));
        try (RawClient client = proxy.client(); Ctl ctl = proxy.ctl()) {
            client.send(Requests.get("/"));
            Await.until("it is served", () -> told(proxy, "slow").path("active_requests").asInt() == 1);
            assertEquals(1, told(proxy, "slow").path("connections").asInt());
            ctl.removeBackend(ProxyConfig.CLUSTER, "slow", slow);
            final JsonNode last = ctl.ask("LIST_BACKENDS").path("content").path("data").path(1);
            assertEquals("slow", last.path("backends").path(0).path("backend_id").asText());
            assertEquals(1, last.path("backends").path(0).path("draining").asInt());
            gate.open();
            assertEquals(200, client.answer().status());
            Await.until("it has drained", () -> ctl.ask("LIST_BACKENDS").path("content").path("data")
                    .size() == 1);
        }
    }

    @Test
    void shouldGoOnWithTheOnlyBackendHoweverBadItIs() throws IOException {
        final ScriptedBackend bad = stage.backend("bad").otherwise(served ->
                served.send("HTTP/1.1 503 Busy\r\n" + served.marks() + "Content-Length: 0\r\n\r\n"));
        final ProxyProcess proxy = stage.proxy(ProxyConfig.with("consecutive_5xx = 1", bad));
        try (RawClient client = proxy.client()) {
            for (int i = 0; i < 10; i++) {
                assertEquals("bad", backendOf(client.get("/")));
            }
            assertEquals(0, proxy.counter("backend.ejected.total"));
        }
    }
}
