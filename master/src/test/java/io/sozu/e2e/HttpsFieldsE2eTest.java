package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that come without TLS: sent to HTTPS, and not believed what they say of certificates. */
@Tag("e2e")
final class HttpsFieldsE2eTest {
    @RegisterExtension
    final Stage stage = Stage.perTest();

    private static String cluster(final boolean redirects) {
        return "{\"cluster_id\":\"web\",\"https_redirect\":" + redirects + "}";
    }

    @Test
    void shouldSendClientsToHttpsAsLongAsTheClusterSaysSo() throws IOException {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.with(
                "https_redirect = true\nhttps_redirect_port = 8443\n", stage.backend("b1")).workers(2));
        try (Ctl ctl = proxy.ctl(); RawClient client = proxy.client()) {
            for (int round = 0; round < 2; round++) {
                final Answer moved = client.get("/a?b=c");
                assertEquals(301, moved.status());
                assertEquals("https://" + Requests.HOST + ":8443/a?b=c", moved.head().only("Location"));
                assertFalse(moved.head().has("Strict-Transport-Security"));
                ctl.obeyed("UPDATE_CLUSTER", cluster(false));
                assertEquals(200, client.get("/").status());
                ctl.obeyed("UPDATE_CLUSTER", cluster(true));
            }
        }
    }

    @Test
    void shouldTellBackendsThatThereIsNoCertificateWhateverClientsSay() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend)
                .listener("client_cert_prefix", "X-Client-Cert-"));
        try (RawClient client = proxy.client()) {
            assertEquals(200, client.send("GET / HTTP/1.1\r\nHost: " + Requests.HOST
                    + "\r\nX-Client-Cert-Verify: SUCCESS\r\nx_client_cert-subject: CN=root\r\n\r\n").answer()
                    .status());
        }
        final Head head = backend.seen().getLast().head();
        assertEquals("NONE", head.only("X-Client-Cert-Verify"));
        assertFalse(head.raw().contains("root"), head::raw);
    }
}
