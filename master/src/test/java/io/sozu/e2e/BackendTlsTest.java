package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TLS to backends of Java and of OpenSSL: whom the proxy believes, what it shows, and what it keeps. */
@Tag("e2e")
final class BackendTlsTest {
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();
    private static final int LARGE = 1 << 20;
    @TempDir
    private static Path directory;

    private static TestAuthority root;
    private static TestAuthority other;
    private static ScriptedBackend good;
    private static ScriptedBackend choosy;
    private static OpenSslServer resuming;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        root = new TestAuthority(directory, "root").issue("good", "good.test", "localhost", "ip,IP:127.0.0.1")
                .issue("named", "named.test").issueExpired("expired", "good.test")
                .issue("client", "client.test");
        other = new TestAuthority(directory, "other").issue("good", "good.test");
        good = backend("good", TlsSockets.listen(root, "good"));
        choosy = backend("choosy", TlsSockets.listen(root, "good", root));
        final ScriptedBackend named = backend("named", TlsSockets.listen(root, "named"));
        final ScriptedBackend expired = backend("expired", TlsSockets.listen(root, "expired"));
        final ScriptedBackend unknown = backend("unknown", TlsSockets.listen(other, "good"));
        final ScriptedBackend plain = STAGE.backend("plain");
        final ServerSocket silent = STAGE.own(new ServerSocket(0, 16, InetAddress.getByName("127.0.0.1")));
        resuming = STAGE.own(OpenSslServer.start(directory, root.file("good.pem"), root.file("good.key")));
        final ProxyConfig config = new ProxyConfig().listener("connect_timeout", 2);
        add(config, "good", "server_name = \"good.test\"", good.address());
        add(config, "address", "", good.address());
        add(config, "name", "", "localhost:" + good.port());
        add(config, "wrong", "server_name = \"wrong.test\"", good.address());
        add(config, "noaddress", "", named.address());
        add(config, "noname", "", "localhost:" + named.port());
        add(config, "expired", "server_name = \"good.test\"", expired.address());
        add(config, "unknown", "server_name = \"good.test\"", unknown.address());
        add(config, "shown", "server_name = \"good.test\", certificate = \"" + root.file("client.pem")
                + "\", key = \"" + root.file("client.key") + "\"", choosy.address());
        add(config, "notshown", "server_name = \"good.test\"", choosy.address());
        add(config, "notshown12", "server_name = \"good.test\", versions = [\"TLS_V12\"]", choosy.address());
        add(config, "plain", "", plain.address());
        add(config, "silent", "", "127.0.0.1:" + silent.getLocalPort());
        add(config, "resumed", "server_name = \"good.test\"", "127.0.0.1:" + resuming.port());
        add(config, "resumed12", "server_name = \"good.test\", versions = [\"TLS_V12\"]",
                "127.0.0.1:" + resuming.port());
        config.cluster("believing", "believing.test", "backend_tls = { verify = false }",
                "{ address = \"" + unknown.address() + "\" }");
        config.cluster("system", "system.test", "backend_tls = {}",
                "{ address = \"" + good.address() + "\", backend_id = \"system\" }");
        proxy = STAGE.proxy(config);
    }

    private static ScriptedBackend backend(final String name, final ServerSocket socket) {
        return STAGE.own(new ScriptedBackend(name, socket));
    }

    /** Adds a cluster that believes the first authority. */
    private static void add(final ProxyConfig config, final String id, final String keys,
            final String address) {
        config.cluster(id, id + ".test", "backend_tls = { ca = \"" + root.file("ca.pem") + "\""
                + (keys.isEmpty() ? "" : ", " + keys) + " }",
                "{ address = \"" + address + "\", backend_id = \"" + id + "\" }");
    }

    private static String get(final String cluster, final String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: " + cluster + ".test\r\n\r\n";
    }

    private static Answer ask(final String cluster) throws IOException {
        try (RawClient client = proxy.client()) {
            return client.send(get(cluster, "/")).answer();
        }
    }

    @ParameterizedTest
    @CsvSource({"good", "address", "name", "shown", "believing"})
    void shouldServeWhatABackendOfTheRightNameAnswers(final String cluster) throws IOException {
        final Answer answer = ask(cluster);
        assertEquals(200, answer.status(), () -> answer + proxy.logs());
        assertTrue(answer.fromBackend());
    }

    @ParameterizedTest
    @CsvSource({"wrong, 502, its certificate is refused: hostname mismatch",
        "noaddress, 502, its certificate is refused: IP address mismatch",
        "noname, 502, its certificate is refused: hostname mismatch",
        "expired, 502, its certificate is refused: certificate has expired",
        "unknown, 502, its certificate is refused: unable to get local issuer certificate",
        "system, 502, its certificate is refused: unable to get local issuer certificate",
        "notshown12, 502, its TLS handshake failed: ",
        "notshown, 502, ''",
        "plain, 502, its TLS handshake failed: ",
        "silent, 504, its TLS handshake did not end in time"})
    void shouldSayWhyABackendIsNotSpokenTo(final String cluster, final int status, final String why)
            throws IOException {
        final Answer answer = ask(cluster);
        assertEquals(status, answer.status(), answer::toString);
        if (!why.isEmpty()) {
            Await.until("the log says " + why, () -> proxy.logs().lines().anyMatch(line ->
                    line.contains(" of cluster " + cluster + ": " + why)));
        }
    }

    @Test
    void shouldWarnOfAClusterThatBelievesEverybody() {
        assertTrue(proxy.logs().contains("'verify' is false: whoever answers"), proxy::logs);
    }

    @Test
    void shouldMakeOneHandshakeForManyRequests() throws IOException {
        ask("good");
        final int before = good.acceptedConnections();
        for (int i = 0; i < 20; i++) {
            assertEquals(200, ask("good").status());
        }
        assertEquals(before, good.acceptedConnections());
    }

    @Test
    void shouldCarryAMegabyteEachWay() throws IOException {
        final byte[] body = new byte[LARGE];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31 >> 3);
        }
        good.on("/large", served -> {
            served.send("HTTP/1.1 200 OK\r\n" + served.marks() + "Content-Length: " + LARGE + "\r\n\r\n");
            served.send(body, 0, LARGE);
        });
        try (RawClient client = proxy.client()) {
            client.send("POST /up HTTP/1.1\r\nHost: good.test\r\nContent-Length: " + LARGE + "\r\n\r\n")
                    .send(body, 0, LARGE);
            assertEquals(Served.echo("POST", "/up", body), client.answer().text());
            assertEquals(new String(body, ISO_8859_1),
                    client.send(get("good", "/large")).answer().text());
        }
    }

    @ParameterizedTest
    @CsvSource({"resumed,TLSv1.3", "resumed12,TLSv1.2"})
    void shouldResumeSessions(final String cluster, final String version) throws IOException {
        assertTrue(ask(cluster).text().contains("New, " + version));
        for (int i = 0; i < 3; i++) {
            final String text = ask(cluster).text();
            assertTrue(text.contains("Reused, " + version), text);
        }
    }

    @Test
    void shouldShowNoPrivateKey() throws IOException {
        try (Ctl ctl = proxy.ctl()) {
            final String state = ctl.ask("DUMP_STATE").toString();
            assertTrue(state.contains("(ECDSA P-256 key, not shown; SHA-256 of its public key: "), state);
            for (final String asked : List.of("DUMP_STATE", "LIST_LISTENERS", "LIST_CLUSTERS")) {
                assertFalse(ctl.ask(asked).toString().contains("PRIVATE KEY"), asked);
            }
        }
    }

    @Test
    void shouldSpeakOtherwiseFromTheOrderOn() throws IOException {
        try (Ctl ctl = proxy.ctl(); RawClient client = proxy.client()) {
            assertEquals(200, client.send(get("address", "/")).answer().status());
            ctl.obeyed("UPDATE_CLUSTER",
                    "{\"cluster_id\":\"address\",\"backend_tls\":{\"server_name\":\"good.test\"}}");
            assertEquals(502, client.send(get("address", "/")).answer().status(), "the system's authorities");
            ctl.obeyed("UPDATE_CLUSTER", "{\"cluster_id\":\"address\",\"backend_tls\":{\"verify\":false}}");
            assertEquals(200, client.send(get("address", "/")).answer().status());
            ctl.obeyed("UPDATE_CLUSTER", "{\"cluster_id\":\"address\",\"backend_tls\":null}");
            assertEquals(502, client.send(get("address", "/")).answer().status(), "no TLS at all");
            ctl.obeyed("UPDATE_CLUSTER", "{\"cluster_id\":\"address\",\"backend_tls\":{\"ca\":\""
                    + root.text("ca.pem").replace("\n", "\\n") + "\"}}");
            assertEquals(200, client.send(get("address", "/")).answer().status());
        }
    }
}
