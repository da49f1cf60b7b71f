package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits of a listener as real clients meet them. */
@Tag("e2e")
final class ClientLimitsE2eTest {
    @RegisterExtension
    final Stage stage = Stage.perTest();

    @Test
    void shouldAnswer413ToALongerBodyAndShowTheBackendNoneOfIt() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend).listener("max_body_size", 1_000));
        final String head = "POST /upload HTTP/1.1\r\nHost: " + Requests.HOST + "\r\nContent-Length: ";
        try (RawClient client = proxy.client()) {
            assertEquals(200, client.send(head + "1000\r\n\r\n" + "x".repeat(1_000)).answer().status());
            final Answer answer = client.send(head + "1001\r\n\r\n" + "x".repeat(1_001)).answer();
            assertEquals(413, answer.status());
            assertTrue(answer.head().connection("close"), answer::toString);
            assertEquals(Ending.Kind.CLOSED, client.ending().kind());
        }
        assertEquals(1, backend.seen().size());
    }

    @Test
    void shouldEndAConnectionAfterAsManyRequestsAsAreAllowed() throws IOException {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(stage.backend("b1"))
                .listener("max_keepalive_requests", 2));
        try (RawClient client = proxy.client()) {
            assertFalse(client.get("/1").head().connection("close"));
            assertTrue(client.get("/2").head().connection("close"));
            assertEquals(Ending.Kind.CLOSED, client.ending().kind());
        }
    }

    @Test
    void shouldCloseTheClientIdleLongestForANewOne() throws IOException {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(stage.backend("b1"))
                .set("max_connections", 2).set("evict_on_queue_full", true));
        try (RawClient first = proxy.client(); RawClient second = proxy.client()) {
            assertEquals(200, first.get("/1").status());
            assertEquals(200, second.get("/2").status());
            assertEquals(200, first.get("/3").status());
            try (RawClient third = proxy.client()) {
                assertEquals(200, third.get("/4").status());
                assertEquals(Ending.Kind.CLOSED, second.ending().kind());
                assertEquals(200, first.get("/5").status());
            }
        }
    }
}
