package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What clients of HTTPS are told of coming by it alone, as the file and orders say. */
@Tag("e2e")
final class HstsE2eTest {
    @RegisterExtension
    final Stage stage = Stage.perTest();
    @TempDir
    private Path directory;

    private TestAuthority authority;
    private ScriptedBackend backend;
    private ProxyProcess proxy;

    @BeforeEach
    void start() throws IOException {
        authority = new TestAuthority(directory, "root").issue("site", "a.test");
        backend = stage.backend("b1");
        proxy = stage.proxy(new ProxyConfig().https(authority, "site")
                .listener("hsts", Map.of("max_age", 86_400))
                .cluster("web", List.of("hostname = \"a.test\"",
                        "hostname = \"a.test\", path = \"/off\", hsts = { enabled = false }",
                        "hostname = \"a.test\", path = \"/own\", hsts = { max_age = 90000,"
                                + " include_subdomains = true, force_replace_backend = true }"), backend));
    }

    private TlsClient client() throws IOException {
        return new TlsClient(TlsClient.context(authority, null, null), proxy.port(), "a.test", none -> { });
    }

    private static String told(final TlsClient client, final String host,
            final String target) throws IOException {
        return client.get(host, target).head().only("Strict-Transport-Security");
    }

    @Test
    void shouldTellWhatListenerAndFrontendsSay() throws IOException {
        backend.on("/own", served -> served.answer("Strict-Transport-Security: max-age=1\r\n", "x"));
        try (TlsClient client = client()) {
            assertEquals("max-age=86400", told(client, "a.test", "/"));
            assertNull(told(client, "a.test", "/off"));
            assertEquals("max-age=90000; includeSubDomains", told(client, "a.test", "/own"));
            assertEquals("max-age=86400", told(client, "b.test", "/"), "of an answer of the proxy's own");
        }
    }

    @Test
    void shouldObeyOrdersOnConnectionsThatAreThere() throws IOException {
        final String address = "\"address\":\"127.0.0.1:" + proxy.port() + "\"";
        try (TlsClient client = client(); Ctl ctl = proxy.ctl()) {
            assertEquals("max-age=86400", told(client, "a.test", "/"));
            ctl.obeyed("UPDATE_HTTPS_LISTENER", "{" + address + ",\"hsts\":{\"max_age\":0}}");
            assertEquals("max-age=0", told(client, "a.test", "/"));
            ctl.obeyed("UPDATE_HTTPS_FRONTEND", "{" + address + ",\"hostname\":\"a.test\","
                    + "\"path\":{\"PREFIX\":\"/off\"},\"hsts\":null}");
            assertEquals("max-age=0", told(client, "a.test", "/off"));
            ctl.obeyed("UPDATE_HTTPS_LISTENER", "{" + address + ",\"hsts\":null}");
            assertNull(told(client, "a.test", "/off"));
        }
    }
}
