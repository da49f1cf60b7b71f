package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS to backends that are nginx: whom each believes, what is kept, and what is resumed. */
@Tag("e2e")
final class NginxBackendTest {
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();
    /** Target, connection, its requests, whether it resumed a session, version, SNI, client. */
    private static final String LOG = "$uri|$connection|$connection_requests|$ssl_session_reused"
            + "|$ssl_protocol|$ssl_server_name|$ssl_client_s_dn";
    private static final int CONNECTION = 1;
    private static final int REQUESTS = 2;
    private static final int REUSED = 3;
    private static final int VERSION = 4;
    private static final int ASKED = 5;
    private static final int CLIENT = 6;
    @TempDir
    private static Path directory;

    private static NginxServer nginx;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(NginxServer.program() != null, "nginx is installed");
        final TestAuthority root = new TestAuthority(directory, "root").issue("good", "good.test")
                .issue("client", "client.test");
        final TestAuthority other = new TestAuthority(directory, "other").issue("client", "client.test");
        final int modern = ProxyConfig.freePort();
        final int old = ProxyConfig.freePort();
        final int choosy = ProxyConfig.freePort();
        nginx = STAGE.own(NginxServer.start(directory.resolve("nginx"), LOG,
                server(root, modern, "ssl_protocols TLSv1.2 TLSv1.3;")
                + server(root, old, "ssl_protocols TLSv1.2; ssl_session_cache shared:old:1m;")
                + server(root, choosy, "ssl_verify_client on; ssl_client_certificate "
                + root.file("ca.pem") + ";"), modern, old, choosy));
        final ProxyConfig config = new ProxyConfig();
        add(config, "modern", modern, believing(root, "good.test", ""));
        add(config, "old", old, believing(root, "good.test", ""));
        add(config, "wrongname", modern, believing(root, "wrong.test", ""));
        add(config, "wrongca", modern, believing(other, "good.test", ""));
        add(config, "shown", choosy, believing(root, "good.test", own(root)));
        add(config, "unknown", choosy, believing(root, "good.test", own(other)));
        add(config, "notshown", choosy, believing(root, "good.test", ""));
        add(config, "withouttls", modern, "");
        proxy = STAGE.proxy(config);
    }

    private static String server(final TestAuthority authority, final int port, final String more) {
        return """
            server {
                listen 127.0.0.1:%d ssl;
                ssl_certificate %s;
                ssl_certificate_key %s;
                %s
                location / { return 200 "served $uri"; }
                location /close { keepalive_timeout 0; return 200 "served $uri"; }
            }
            """.formatted(port, authority.file("good.pem"), authority.file("good.key"), more);
    }

    private static String believing(final TestAuthority authority, final String name, final String more) {
        return "backend_tls = { ca = \"" + authority.file("ca.pem") + "\", server_name = \"" + name + "\""
                + more + " }";
    }

    private static String own(final TestAuthority authority) {
        return ", certificate = \"" + authority.file("client.pem") + "\", key = \""
                + authority.file("client.key") + "\"";
    }

    private static void add(final ProxyConfig config, final String id, final int port, final String keys) {
        config.cluster(id, id + ".test", keys, "{ address = \"127.0.0.1:" + port + "\" }");
    }

    private static Answer ask(final String cluster, final String target) throws IOException {
        try (RawClient client = proxy.client()) {
            return client.send("GET " + target + " HTTP/1.1\r\nHost: " + cluster + ".test\r\n\r\n").answer();
        }
    }

    /** Returns what nginx has logged of a request for a target that only one test asks for. */
    private static List<String[]> seen(final String target, final int count) {
        final List<String[]> found = new ArrayList<>();
        Await.until(() -> count + " of " + target + " in\n" + nginx.log() + proxy.logs(), Await.PATIENCE,
                () -> {
                    found.clear();
                    nginx.log().stream().filter(line -> line.startsWith(target + "|"))
                            .forEach(line -> found.add(line.split("\\|", -1)));
                    return found.size() == count;
                });
        return found;
    }

    @ParameterizedTest
    @CsvSource({"modern,TLSv1.3", "old,TLSv1.2"})
    void shouldServeWhatTheRightServerAnswers(final String cluster, final String version) throws IOException {
        final Answer answer = ask(cluster, "/right/" + cluster);
        assertEquals(200, answer.status(), () -> answer + proxy.logs());
        assertEquals("served /right/" + cluster, answer.text());
        final String[] line = seen("/right/" + cluster, 1).getFirst();
        assertEquals(version, line[VERSION]);
        assertEquals("good.test", line[ASKED]);
    }

    @ParameterizedTest
    @CsvSource({"wrongname, its certificate is refused: hostname mismatch",
        "wrongca, its certificate is refused: unable to get local issuer certificate"})
    void shouldRefuseAnotherServerAndSayWhy(final String cluster, final String why) throws IOException {
        assertEquals(502, ask(cluster, "/refused/" + cluster).status());
        Await.until("the log says " + why, () -> proxy.logs().lines().anyMatch(line ->
                line.contains(" of cluster " + cluster + ": " + why)));
        assertTrue(nginx.log().stream().noneMatch(line -> line.startsWith("/refused/" + cluster)),
                "nothing is said to a server that is not believed");
    }

    @Test
    void shouldShowItsCertificateToAServerThatDemandsOne() throws IOException {
        assertEquals("served /shown", ask("shown", "/shown").text());
        assertEquals("CN=client.test", seen("/shown", 1).getFirst()[CLIENT]);
    }

    @ParameterizedTest
    @CsvSource({"notshown, No required SSL certificate was sent", "unknown, The SSL certificate error"})
    void shouldHandOnTheRefusalOfAServerThatDemandsACertificate(final String cluster, final String why)
            throws IOException {
        final Answer answer = ask(cluster, "/demanded");
        assertEquals(400, answer.status(), () -> answer + proxy.logs());
        assertTrue(answer.text().contains(why), answer::text);
    }

    @Test
    void shouldHandOnWhatAServerSaysToWhomSpeaksWithoutTls() throws IOException {
        final Answer answer = ask("withouttls", "/withouttls");
        assertEquals(400, answer.status());
        assertTrue(answer.text().contains("The plain HTTP request was sent to HTTPS port"), answer::text);
    }

    @Test
    void shouldKeepOneConnectionForTheRequestsOfManyClients() throws IOException {
        for (int i = 0; i < 20; i++) {
            assertEquals(200, ask("modern", "/kept").status());
        }
        final List<String[]> lines = seen("/kept", 20);
        for (int i = 1; i < lines.size(); i++) {
            assertEquals(lines.getFirst()[CONNECTION], lines.get(i)[CONNECTION]);
            assertEquals(Integer.parseInt(lines.getFirst()[REQUESTS]) + i,
                    Integer.parseInt(lines.get(i)[REQUESTS]));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"modern", "old"})
    void shouldResumeItsSessionOnANewConnection(final String cluster) throws IOException {
        final String target = "/close/" + cluster;
        for (int i = 0; i < 5; i++) {
            assertEquals("served " + target, ask(cluster, target).text());
        }
        final List<String[]> lines = seen(target, 5);
        for (int i = 1; i < lines.size(); i++) {
            assertNotEquals(lines.get(i - 1)[CONNECTION], lines.get(i)[CONNECTION]);
            assertEquals("r", lines.get(i)[REUSED], "request " + i);
        }
    }
}
