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
