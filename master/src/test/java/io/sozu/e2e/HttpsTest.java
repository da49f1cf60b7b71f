package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS as curl and an operator see it: a listener with certificates of a file. */
@Tag("e2e")
final class HttpsTest {
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();
    @TempDir
    private static Path directory;

    private static TestAuthority authority;
    private static ScriptedBackend backend;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        authority = new TestAuthority(directory, "root").issue("default", "default.test")
                .issue("a", "a.test", "*.a.test").issue("other", "other.test", "default.test");
        backend = STAGE.backend("b1");
        proxy = STAGE.proxy(new ProxyConfig().workers(2).https(authority, "default")
                .cluster("web", List.of("hostname = \"a.test\", certificate = \"" + authority.file("a.pem")
                + "\", key = \"" + authority.file("a.key") + "\"", "hostname = \"*\""), backend));
    }

    @Test
    void shouldServeCurlThatChecksTheCertificate() throws Exception {
        final Tool curl = Tool.curl(directory, proxy.port(), "a.test", "default.test", "none.test")
                .with("--cacert", authority.file("ca.pem"));
        final String url = ":" + proxy.port() + "/c";
        assertEquals(Served.echo("GET", "/c", new byte[0]), curl.run("-s", "https://a.test" + url).text());
        assertEquals(Served.echo("GET", "/c", new byte[0]),
                curl.run("-s", "https://default.test" + url).text());
        assertEquals("https", backend.seen().getLast().head().only("X-Forwarded-Proto"));
        assertEquals(60, curl.run("-s", "https://none.test" + url).exitCode(), "not its certificate");
        assertTrue(curl.run("-sv", "https://a.test" + url, "--next", "-sv", "--cacert",
                authority.file("ca.pem"), "https://a.test" + url).text().contains("Re-using existing"));
    }

    @Test
    void shouldListWhatWorkersServe() throws IOException {
        try (Ctl ctl = proxy.ctl()) {
            final JsonNode workers = ctl.ask("QUERY_CERTIFICATES_FROM_WORKERS", "{}").path("content")
                    .path("data");
            assertEquals(2, workers.size(), workers::toString);
            final JsonNode state = ctl.ask("QUERY_CERTIFICATES_FROM_THE_STATE", "{}").path("content")
                    .path("data");
            assertEquals(2, state.size(), state::toString);
            for (final JsonNode worker : workers) {
                assertEquals(state, worker.path("certificates"));
            }
        }
    }

    @Test
    void shouldSayWhichOpenSslWorkersUse() {
        assertTrue(proxy.logs().contains("TLS is that of OpenSSL 3."), proxy::logs);
    }

    private static String listener(final String fields) {
        return "{\"address\":\"127.0.0.1:" + proxy.port() + "\"," + fields + "}";
    }

    private static void assertSpoken(final String version, final String host, final String words)
            throws Exception {
        final Tool client = Tool.client(directory, proxy.port()).with("-CAfile", authority.file("ca.pem"));
        for (int i = 0; i < 4; i++) {
            final Tool.Run run = client.run("-" + version, "-servername", host);
            assertTrue(run.text().contains(words), run::text);
        }
    }

    @Test
    void shouldSpeakAsTheLatestOrderSaysAndKeepConnections() throws Exception {
        try (Ctl ctl = proxy.ctl(); TlsClient kept = new TlsClient(TlsClient.context(authority, null, null),
                proxy.port(), "a.test", parameters -> parameters.setProtocols(new String[] {"TLSv1.2"}))) {
            final JsonNode refused = ctl.order("UPDATE_HTTPS_LISTENER",
                    listener("\"cipher_list\":[\"ROT13\"]"));
            assertTrue(refused.path("message").asText().startsWith("listener 127.0.0.1:" + proxy.port()
                    + ": cipher_list has \"ROT13\", which OpenSSL 3."), refused::toString);
            assertSpoken("tls1_2", "a.test", "subject=CN = a.test");
            ctl.obeyed("UPDATE_HTTPS_LISTENER", listener("\"versions\":[\"TLS_V13\"]"));
            assertSpoken("tls1_2", "a.test", "alert number 70");
            assertSpoken("tls1_3", "a.test", "subject=CN = a.test");
            ctl.obeyed("UPDATE_HTTPS_LISTENER", listener("\"versions\":[\"TLS_V12\",\"TLS_V13\"],"
                    + "\"certificate\":" + authority.quoted("other.pem") + ",\"key\":"
                    + authority.quoted("other.key")));
            assertSpoken("tls1_2", "unknown.test", "subject=CN = other.test");
            assertSpoken("tls1_3", "a.test", "subject=CN = a.test");
            assertEquals(200, kept.get("a.test", "/kept").status());
        }
    }
}
