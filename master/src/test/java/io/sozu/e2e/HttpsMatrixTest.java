package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients name, offer and show, against listeners of every policy; curl and openssl are the clients. */
@Tag("e2e")
final class HttpsMatrixTest {
    private static final String FATAL = "refused";

    @RegisterExtension
    static final Stage STAGE = Stage.perClass();
    @TempDir
    private static Path directory;

    private static final Map<String, Integer> PORTS = new HashMap<>();
    private static TestAuthority authority;
    private static ScriptedBackend backend;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        authority = new TestAuthority(directory, "root").issue("default", "default.test").issue("a", "a.test")
                .issueRsa("rsa", "a.test").issue("wild", "*.wild.test").issue("x", "x.wild.test");
        backend = STAGE.backend("b1");
        proxy = STAGE.proxy(new ProxyConfig().workers(2).cluster("web",
                List.of("hostname = \"*\", path = \"/plain\""), backend)
                .cluster("safe", "a.test", "https_redirect = true\nhttps_redirect_port = "
                + freePort("default"), ProxyConfig.entries(backend)));
        final String own = ",\"certificate\":" + authority.quoted("default.pem") + ",\"key\":"
                + authority.quoted("default.key");
        try (Ctl ctl = proxy.ctl()) {
            listen(ctl, "default", own, "a", "rsa", "wild", "x");
            listen(ctl, "strict", own + ",\"no_sni\":\"refuse\",\"unknown_sni\":\"refuse\"", "a", "wild");
            listen(ctl, "bare", "", "a");
            listen(ctl, "loose", own + ",\"strict_sni_binding\":false,\"hsts\":{\"enabled\":true}", "a");
        }
    }

    private static int freePort(final String listener) throws IOException {
        PORTS.put(listener, ProxyConfig.freePort());
        return PORTS.get(listener);
    }

    /** Adds a listener with these fields and certificates, which leads every host to the cluster. */
    private static void listen(final Ctl ctl, final String name, final String fields,
            final String... certificates) throws IOException {
        final int port = PORTS.containsKey(name) ? PORTS.get(name) : freePort(name);
        final String address = "{\"address\":\"127.0.0.1:" + port + "\"";
        ctl.obeyed("ADD_HTTPS_LISTENER", address + fields + "}");
        for (final String each : certificates) {
            ctl.obeyed("ADD_CERTIFICATE", address + ",\"certificate\":{\"certificate\":"
                    + authority.quoted(each + ".pem") + ",\"key\":" + authority.quoted(each + ".key") + "}}");
        }
        ctl.obeyed("ADD_HTTPS_FRONTEND", address + ",\"route\":{\"CLUSTER_ID\":\"web\"},\"hostname\":\"*\"}");
        ctl.obeyed("ACTIVATE_LISTENER", address + ",\"proxy\":\"https\",\"from_scm\":false}");
    }

    @AfterAll
    static void shouldHoldNothingAfterwards() {
        proxy.awaitRest();
    }

    private static Tool.Run client(final String listener, final String... arguments) throws Exception {
        return Tool.client(directory, PORTS.get(listener)).with("-CAfile", authority.file("ca.pem"))
                .run(arguments);
    }

    /** Returns the host of the certificate that was shown, or what the alert says. */
    private static String shown(final Tool.Run run) {
        if (run.text().contains("alert unrecognized name") || run.text().contains("alert number 112")) {
            return FATAL;
        }
        final int subject = run.text().indexOf("subject=CN = ");
        assertTrue(subject >= 0 && run.text().contains("Verify return code: 0 (ok)"), run::text);
        return run.text().substring(subject + 13, run.text().indexOf('\n', subject));
    }

    @ParameterizedTest
    @CsvSource({
        "default, a.test, a.test", "default, A.Test, a.test", "default, a.test., a.test",
        "default, x.wild.test, x.wild.test", "default, y.wild.test, any.wild.test",
        "default, Y.WILD.test., any.wild.test", "default, x.y.wild.test, default.test",
        "default, wild.test, default.test", "default, unknown.test, default.test",
        "default, 127.0.0.1, default.test", "default, , default.test", "default, default.test, default.test",
        "strict, a.test, a.test", "strict, y.wild.test, any.wild.test", "strict, default.test, default.test",
        "strict, unknown.test, refused", "strict, , refused", "strict, 127.0.0.1, refused",
        "bare, a.test, a.test", "bare, unknown.test, refused", "bare, , refused"})
    void shouldShowTheCertificateOfTheName(final String listener, final String name, final String expected)
            throws Exception {
        assertEquals(expected, shown(name == null ? client(listener, "-noservername")
                : client(listener, "-servername", name)));
    }

    @Test
    void shouldShowTheDefaultToANameOfEveryLength() throws Exception {
        for (final int chars : new int[] {63, 64, 127, 128, 254, 255}) {
            final String name = "n".repeat(chars - 5) + ".test";
            assertEquals("default.test", shown(client("default", "-servername", name)));
            assertEquals(FATAL, shown(client("strict", "-servername", name)));
        }
    }

    @ParameterizedTest
    @CsvSource({"tls1_2, ECDSA, id-ecPublicKey", "tls1_2, RSA-PSS, rsaEncryption",
        "tls1_3, ECDSA, id-ecPublicKey", "tls1_3, RSA-PSS, rsaEncryption"})
    void shouldChooseTheKeyThatTheClientCanVerify(final String version, final String kind, final String key)
            throws Exception {
        final Tool.Run run = client("default", "-servername", "a.test", "-" + version, "-sigalgs",
                kind.equals("ECDSA") ? "ECDSA+SHA256:RSA+SHA256" : "RSA-PSS+SHA256:RSA+SHA256");
        assertTrue(run.text().contains("Peer signature type: " + kind)
                && run.text().contains("a:PKEY: " + key), run::text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        http/1.1 | ALPN protocol: http/1.1
        h2,http/1.1 | ALPN protocol: http/1.1
        h2 | alert number 120
        http/1 | alert number 120
        '' | No ALPN negotiated
        """)
    void shouldAgreeOnHttp11OrRefuse(final String offered, final String words) throws Exception {
        for (final String version : List.of("-tls1_2", "-tls1_3")) {
            final Tool.Run run = offered.isEmpty() ? client("default", version)
                    : client("default", version, "-alpn", offered);
            assertTrue(run.text().contains(words), run::text);
        }
    }

    @Test
    void shouldSpeakNothingOlderThanTls12() throws Exception {
        for (final String version : List.of("-tls1", "-tls1_1")) {
            final Tool.Run run = client("default", version, "-cipher", "ALL:@SECLEVEL=0");
            assertTrue(run.text().contains("alert number 70"), run::text);
        }
    }

    private static Tool.Run curl(final String url, final String... arguments) throws Exception {
        return Tool.curl(directory, 443, "unused.test").with("--cacert", authority.file("ca.pem"), "-s",
                "--connect-to", "::127.0.0.1:", "-D", "-").with(arguments).run(url);
    }

    private static String url(final String listener, final String host) {
        return "https://" + host + ":" + PORTS.get(listener) + "/u";
    }

    @ParameterizedTest
    @CsvSource({"default, a.test, a.test, 200", "default, a.test, A.TEST:1, 200",
        "default, a.test, other.test, 421", "default, a.test, default.test, 421",
        "default, y.wild.test, z.wild.test, 200", "default, y.wild.test, x.y.wild.test, 421",
        "default, default.test, default.test, 200", "default, default.test, a.test, 421",
        "loose, a.test, other.test, 200"})
    void shouldAnswer421ToAHostThatTheCertificateIsNotFor(final String listener, final String name,
            final String host, final int status) throws Exception {
        final Tool.Run run = curl(url(listener, name), "-H", "Host: " + host);
        assertTrue(run.text().startsWith("HTTP/1.1 " + status + " "), run::text);
    }

    @Test
    void shouldTellBrowsersAndBackendsOfTls() throws Exception {
        final String field = "Strict-Transport-Security: max-age=31536000";
        assertTrue(curl(url("loose", "a.test")).text().contains(field));
        assertFalse(curl(url("default", "a.test")).text().contains(field));
        final Head head = backend.seen().getLast().head();
        assertEquals("https", head.only("X-Forwarded-Proto"));
        assertEquals(PORTS.get("default").toString(), head.only("X-Forwarded-Port"));
        assertTrue(head.only("Forwarded").contains("proto=https"), head::raw);
        curl("http://plain.test:" + proxy.port() + "/plain");
        assertEquals("http", backend.seen().getLast().head().only("X-Forwarded-Proto"));
    }

    @Test
    void shouldLeadClientsFromHttpToHttps() throws Exception {
        final Tool.Run run = curl("http://a.test:" + proxy.port() + "/m?q=1", "-L");
        assertTrue(run.text().startsWith("HTTP/1.1 301 ") && run.text().contains("\nLocation: https://a.test:"
                + PORTS.get("default") + "/m?q=1\r\n"), run::text);
        assertTrue(run.text().contains("\nHTTP/1.1 200 ")
                && run.text().contains("GET /m?q=1 0 0"), run::text);
    }

    @Test
    void shouldTellClientsWithoutTlsWhatIsSpoken() throws Exception {
        final Tool.Run run = curl("http://a.test:" + PORTS.get("default") + "/");
        assertTrue(run.text().startsWith("HTTP/1.1 400 ") && run.text().contains("TLS"), run::text);
    }

    @Test
    void shouldExplainTheRoutesOfAListenerOfHttps() throws IOException {
        try (Ctl ctl = proxy.ctl()) {
            final String address = "127.0.0.1:" + PORTS.get("bare");
            final JsonNode route = ctl.ask("EXPLAIN_ROUTE", "{\"address\":\"" + address
                    + "\",\"method\":\"GET\",\"host\":\"a.test\",\"path\":\"/u\"}").path("content")
                    .path("data").path(0);
            assertEquals(address, route.path("address").asText(), route::toString);
            assertEquals("web", route.path("frontends").path(0).path("cluster_id").asText(), route::toString);
            assertTrue(route.path("frontends").path(0).path("wins").asBoolean(), route::toString);
            assertEquals(5, ctl.ask("EXPLAIN_ROUTE", "{\"host\":\"a.test\",\"path\":\"/plain\"}")
                    .path("content").path("data").size());
        }
    }
}
