package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a backend is told of the client, in the three modes of a listener. */
@Tag("e2e")
final class ForwardedTest {
    private static final String SPOOFED = "X-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\n"
            + "X-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\n";
    private static final String ULID = "[0-9A-HJKMNP-TV-Z]{26}";

    @RegisterExtension
    final Stage stage = Stage.perTest();

    @Test
    void shouldReplaceWhatTheClientClaimed() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend));
        try (RawClient client = proxy.client()) {
            final Answer answer = client.send(Requests.getWith("/plain", "")).answer();
            client.send(Requests.getWith("/spoofed", SPOOFED)).answer();
            for (final String target : new String[] {"/plain", "/spoofed"}) {
                final Head head = backend.only(target).head();
                assertEquals("127.0.0.1", head.only("X-Forwarded-For"));
                assertEquals("http", head.only("X-Forwarded-Proto"));
                assertEquals(Integer.toString(proxy.port()), head.only("X-Forwarded-Port"));
                assertEquals("proto=http;for=\"127.0.0.1:" + client.localPort() + "\";by=127.0.0.1",
                        head.only("Forwarded"));
                assertTrue(head.only("X-Request-Id").matches(ULID), head.raw());
                assertTrue(head.only("Sozu-Id").matches(ULID), head.raw());
                assertFalse(head.has("Via"), head.raw());
            }
            assertEquals(backend.only("/plain").head().only("Sozu-Id"), answer.head().only("Sozu-Id"));
        }
    }

    @Test
    void shouldAppendToWhatTheClientClaimed() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend).listener("forwarded", "append"));
        try (RawClient client = proxy.client()) {
            client.send(Requests.getWith("/spoofed", SPOOFED)).answer();
            final Head head = backend.only("/spoofed").head();
            assertEquals("6.6.6.6, 127.0.0.1", String.join(", ", head.values("X-Forwarded-For")));
            assertEquals("for=6.6.6.6, proto=http;for=\"127.0.0.1:" + client.localPort() + "\";by=127.0.0.1",
                    String.join(", ", head.values("Forwarded")));
            assertEquals("https", head.only("X-Forwarded-Proto"));
            assertEquals("443", head.only("X-Forwarded-Port"));
        }
    }

    @Test
    void shouldTellNothingWhenOff() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend).listener("forwarded", "off"));
        try (RawClient client = proxy.client()) {
            client.get("/plain");
            client.send(Requests.getWith("/spoofed", SPOOFED)).answer();
        }
        final Head plain = backend.only("/plain").head();
        assertTrue(plain.fields().stream().noneMatch(field -> field.name().toLowerCase()
                .contains("forwarded")),
                plain.raw());
        final Head spoofed = backend.only("/spoofed").head();
        assertEquals("6.6.6.6", spoofed.only("X-Forwarded-For"));
        assertEquals("for=6.6.6.6", spoofed.only("Forwarded"));
        assertEquals("443", spoofed.only("X-Forwarded-Port"));
    }

    @Test
    void shouldKeepTheRequestIdOfTheClient() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend).listener("sozu_id_header", "X-Trace"));
        try (RawClient client = proxy.client()) {
            final Answer answer = client.send(Requests.getWith("/id", "X-Request-Id: mine\r\n")).answer();
            final Head head = backend.only("/id").head();
            assertEquals("mine", head.only("X-Request-Id"));
            assertTrue(head.only("X-Trace").matches(ULID), head.raw());
            assertEquals(head.only("X-Trace"), answer.head().only("X-Trace"));
        }
    }
}
