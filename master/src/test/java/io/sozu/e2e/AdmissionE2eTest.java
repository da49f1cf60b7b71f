package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits of connections as real clients reach them, and find them released. */
@Tag("e2e")
final class AdmissionE2eTest {
    @RegisterExtension
    final Stage stage = Stage.perTest();

    private static void awaitClients(final ProxyProcess proxy, final int count) {
        Await.until(count + " clients", () -> proxy.counter("client.connections") == count);
    }

    @Test
    void shouldAcceptNoMoreThanAListenerMayHaveUntilOneHasGone() throws IOException {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(stage.backend("b1"))
                .listener("max_connections", 2));
        try (RawClient first = proxy.client(); RawClient second = proxy.client();
                RawClient third = proxy.client()) {
            assertEquals(200, first.get("/1").status());
            assertEquals(200, second.get("/2").status());
            third.send(Requests.get("/3"));
            Await.until("accepting stopped", () -> proxy.counter("listener.limited.connections") == 1);
            assertEquals(2, proxy.counter("client.connections"));
            first.reset();
            assertEquals(200, third.answer().status());
        }
    }

    @Test
    void shouldResetWhatASourceHasTooManyOfUntilOneHasGone() throws IOException {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(stage.backend("b1"))
                .listener("max_connections_per_source", 2));
        try (RawClient first = proxy.client(); RawClient second = proxy.client();
                RawClient third = proxy.client()) {
            assertEquals(200, first.get("/1").status());
            assertEquals(200, second.get("/2").status());
            assertEquals(Ending.Kind.RESET, third.ending().kind());
            assertEquals(1, proxy.counter("listener.refused.connections_per_source"));
            first.reset();
            awaitClients(proxy, 1);
            try (RawClient fourth = proxy.client()) {
                assertEquals(200, fourth.get("/4").status());
            }
        }
        assertTrue(proxy.logs().contains("limit reached: max_connections_per_source, by 127.0.0.1"),
                proxy::logs);
    }

    private static void assertLimited(final Answer answer, final String name, final int rate) {
        assertEquals(429, answer.status());
        assertEquals("1", answer.head().only("Retry-After"));
        assertEquals("\"" + name + "\";q=" + rate + ";w=1", answer.head().only("RateLimit-Policy"));
        assertEquals("\"" + name + "\";r=0;t=1", answer.head().only("RateLimit"));
        assertFalse(answer.head().connection("close"), answer::toString);
    }

    /** Asks until an answer has the status; the limits of these tests allow few requests in that time. */
    private static Answer askUntil(final RawClient client, final int status) {
        final Answer[] last = new Answer[1];
        Await.until("an answer " + status, () -> {
            last[0] = client.get("/");
            return last[0].status() == status;
        });
        return last[0];
    }

    @Test
    void shouldLimitTheRequestsOfASourceAndAllowThemAgain() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend)
                .listener("request_rate_per_source", 1).listener("request_burst_per_source", 3));
        try (RawClient client = proxy.client()) {
            final Answer allowed = client.get("/");
            assertEquals(200, allowed.status());
            assertFalse(allowed.head().has("RateLimit"), "nothing is said while nothing is wrong");
            assertLimited(askUntil(client, 429), "source", 1);
            askUntil(client, 200);
        }
        assertTrue(proxy.counter("http.refused.listener_request_rate_per_source") > 0);
        assertTrue(proxy.logs().contains("limit reached: request_rate_per_source of a listener"),
                proxy::logs);
    }

    @Test
    void shouldLimitTheRequestsOfAListenerAndAllowThemAgain() throws IOException {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(stage.backend("b1"))
                .listener("request_rate", 1).listener("request_burst", 2));
        try (RawClient client = proxy.client()) {
            assertEquals(200, client.get("/").status());
            assertLimited(askUntil(client, 429), "all", 1);
            askUntil(client, 200);
        }
        assertTrue(proxy.counter("http.refused.listener_request_rate") > 0);
    }

    @Test
    void shouldLimitTheRequestsOfAClusterAndObeyANewRateAtOnce() throws IOException {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.with("request_rate = 1\nrequest_burst = 2",
                stage.backend("b1")));
        try (RawClient client = proxy.client(); Ctl ctl = proxy.ctl()) {
            assertEquals(200, client.get("/").status());
            assertLimited(askUntil(client, 429), "all", 1);
            ctl.obeyed("ADD_CLUSTER", "{\"cluster_id\":\"web\",\"request_rate\":100000}");
            askUntil(client, 200);
            for (int i = 0; i < 20; i++) {
                assertEquals(200, client.get("/").status());
            }
            ctl.obeyed("ADD_CLUSTER", "{\"cluster_id\":\"web\",\"request_rate_per_source\":1}");
            askUntil(client, 429);
        }
        assertTrue(proxy.counter("http.refused.cluster_request_rate") > 0);
        assertTrue(proxy.counter("http.refused.cluster_request_rate_per_source") > 0);
    }

    @Test
    void shouldAcceptConnectionsAtThePaceOfTheListener() throws IOException {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(stage.backend("b1"))
                .listener("connection_rate", 10).listener("connection_burst", 2));
        final long from = System.nanoTime();
        for (int i = 0; i < 7; i++) {
            try (RawClient client = proxy.client()) {
                assertEquals(200, client.get("/").status());
            }
        }
        assertTrue(System.nanoTime() - from >= 390_000_000L, "five of them come 100 ms after one another");
        assertTrue(proxy.counter("listener.limited.connection_rate") > 0);
    }

    @Test
    void shouldResetConnectionsOfASourceThatComeTooFast() throws IOException {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(stage.backend("b1"))
                .listener("connection_rate_per_source", 1));
        try (RawClient first = proxy.client(); RawClient second = proxy.client()) {
            assertEquals(200, first.get("/").status());
            assertEquals(Ending.Kind.RESET, second.ending().kind());
        }
        Await.until("a connection is served again", () -> {
            try (RawClient client = proxy.client()) {
                return client.get("/").status() == 200;
            } catch (final IOException reset) {
                return false;
            }
        });
        assertTrue(proxy.counter("listener.refused.connection_rate_per_source") > 0);
    }

    @Test
    void shouldAnswer429ToASourceWithTooManyConnectionsToACluster() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend)
                .set("max_connections_per_ip", 1).set("retry_after", 5));
        try (RawClient first = proxy.client(); RawClient second = proxy.client(); Ctl ctl = proxy.ctl()) {
            assertEquals(200, first.get("/1").status());
            final Answer refused = second.get("/2");
            assertEquals(429, refused.status());
            assertEquals("5", refused.head().only("Retry-After"));
            assertFalse(refused.head().connection("close"), refused::toString);
            ctl.obeyed("ADD_CLUSTER", "{\"cluster_id\":\"web\",\"max_connections_per_ip\":2}");
            assertEquals(200, second.get("/3").status());
            ctl.obeyed("ADD_CLUSTER", "{\"cluster_id\":\"web\",\"max_connections_per_ip\":1}");
            try (RawClient third = proxy.client()) {
                assertEquals(429, third.get("/4").status());
                first.reset();
                second.reset();
                awaitClients(proxy, 1);
                assertEquals(200, third.get("/5").status());
            }
        }
        assertEquals(0, backend.seen(seen -> seen.head().target().equals("/2")
                || seen.head().target().equals("/4")).size());
        Await.until("nothing is counted", () -> proxy.counter("limits.claims") == 0);
    }
}
