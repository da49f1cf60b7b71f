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
                .issue("a", "a.test", "*.a.test");
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
}
