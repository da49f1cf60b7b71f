package io.sozu.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sozu.control.model.BackendTls;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.TlsConfig;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is shown of orders has no private key, and what workers get has it. */
final class HiddenKeysTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 8443);
    private static final String EC = "(ECDSA P-256 key, not shown; SHA-256 of its public key: ";
    private static final String SECRET = "PRIVATE KEY";

    private static JsonNode shown(final Order order) {
        assertTrue(OrderJson.toJson(order).toString().contains(SECRET), "a worker gets the real thing");
        final JsonNode shown = OrderJson.toShow(order);
        assertFalse(shown.toString().contains(SECRET), shown::toString);
        return shown.path("data");
    }

    @Test
    void shouldShowWhichKeyACertificateHas() {
        final CertificateConfig ec = new CertificateConfig(ADDRESS, TestTls.ec(), List.of(), null);
        final String key = shown(new Order.AddCertificate(ec)).path("certificate").path("key").asText();
        assertTrue(key.matches("\\Q" + EC + "\\E[0-9a-f]{64}\\)"), key);
        assertEquals(key, shown(new Order.ReplaceCertificate(ec, "0".repeat(64))).path("new_certificate")
            .path("key").asText());
        assertTrue(shown(new Order.AddCertificate(new CertificateConfig(ADDRESS, TestTls.rsa(), List.of(),
            null))).path("certificate").path("key").asText().startsWith("(RSA 2048 key, not shown; "));
    }

    @Test
    void shouldShowWhichKeyAListenerAndAClusterHave() throws OrderException {
        final TlsConfig tls = TlsConfig.DEFAULT.withCertificate(TestTls.ec());
        final ListenerConfig listener = ListenerConfig.https(ADDRESS).withTls(tls);
        assertTrue(shown(new Order.AddHttpListener(listener)).path("key").asText().startsWith(EC));
        final ClusterConfig cluster = ClusterConfig.of("web").withBackendTls(new BackendTls(true, null, null,
            BackendTls.DEFAULT.versions(), TestTls.ec()));
        assertTrue(shown(new Order.AddCluster(cluster)).path("backend_tls").path("key").asText()
            .startsWith(EC));
    }

    @Test
    void shouldChangeNothingElse() {
        final Order order = new Order.AddHttpListener(ListenerConfig.https(ADDRESS));
        assertEquals(OrderJson.toJson(order), OrderJson.toShow(order));
    }
}
