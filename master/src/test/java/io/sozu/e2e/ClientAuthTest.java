package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients with and without certificates; Java's own TLS is the client. */
@Tag("e2e")
final class ClientAuthTest {
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();
    @TempDir
    private static Path directory;

    private static final Map<String, Integer> PORTS = new HashMap<>();
    private static final Map<String, SSLContext> CLIENTS = new HashMap<>();
    private static TestAuthority servers;
    private static TestAuthority others;
    private static ScriptedBackend backend;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        servers = new TestAuthority(directory, "servers").issue("a", "a.test");
        final TestAuthority clients = new TestAuthority(directory, "clients").issue("good", "good")
                .issue("revoked", "revoked").issueExpired("expired", "expired").revoke("revoked");
        others = new TestAuthority(directory, "others").issue("stranger", "stranger");
        CLIENTS.put("none", TlsClient.context(servers, null, null));
        for (final String name : new String[] {"good", "revoked", "expired"}) {
            CLIENTS.put(name, TlsClient.context(servers, clients, name));
        }
        backend = STAGE.backend("b1");
        proxy = STAGE.proxy(new ProxyConfig().workers(2).https(servers, "a")
                .cluster("web", "a.test", backend));
        try (Ctl ctl = proxy.ctl()) {
            for (final String mode : new String[] {"required", "optional"}) {
                PORTS.put(mode, ProxyConfig.freePort());
                final String address = "{\"address\":\"127.0.0.1:" + PORTS.get(mode) + "\"";
                ctl.obeyed("ADD_HTTPS_LISTENER", address + ",\"certificate\":" + servers.quoted("a.pem")
                        + ",\"key\":" + servers.quoted("a.key") + ",\"client_auth\":\"" + mode
                        + "\",\"client_ca\":" + clients.quoted("ca.pem") + ",\"client_crl\":"
                        + clients.quoted("crl.pem") + ",\"client_cert_prefix\":\"X-Client-Cert-\"}");
                ctl.obeyed("ADD_HTTPS_FRONTEND", address
                        + ",\"route\":{\"CLUSTER_ID\":\"web\"},\"hostname\":\"a.test\"}");
                ctl.obeyed("ACTIVATE_LISTENER", address + ",\"proxy\":\"https\",\"from_scm\":false}");
            }
        }
    }

    @AfterAll
    static void shouldHoldNothingAfterwards() {
        proxy.awaitRest();
    }

    /** Asks by a connection of its own; by TLS 1.3 a client hears of a refusal only behind its handshake. */
    private static Answer ask(final String mode, final String client, final String version)
            throws IOException {
        try (TlsClient connection = new TlsClient(CLIENTS.get(client), PORTS.get(mode), "a.test",
                parameters -> parameters.setProtocols(new String[] {version}))) {
            return connection.get("a.test", "/c");
        }
    }

    @ParameterizedTest
    @CsvSource({"required, good, SUCCESS", "required, none, ", "required, expired, ", "required, revoked, ",
        "optional, good, SUCCESS", "optional, none, NONE", "optional, expired, ", "optional, revoked, "})
    void shouldLetInWhoMayComeIn(final String mode, final String client, final String verified)
            throws IOException {
        for (final String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            final int before = backend.seen().size();
            if (verified == null) {
                assertThrows(IOException.class, () -> ask(mode, client, version));
                assertEquals(before, backend.seen().size());
            } else {
                assertEquals(200, ask(mode, client, version).status());
                final Head head = backend.seen().getLast().head();
                assertEquals(verified, head.only("X-Client-Cert-Verify"));
                assertEquals(verified.equals("NONE") ? null : "CN=" + client,
                        head.only("X-Client-Cert-Subject"));
            }
        }
    }

    /** Java shows nothing to who does not know its issuer, curl shows it all the same. */
    @ParameterizedTest
    @CsvSource({"required, 1.2", "required, 1.3", "optional, 1.2", "optional, 1.3"})
    void shouldRefuseAStranger(final String mode, final String version) throws Exception {
        final int before = backend.seen().size();
        final Tool.Run run = Tool.curl(directory, PORTS.get(mode), "a.test").run("-sv", "--cacert",
                servers.file("ca.pem"), "--cert", others.file("stranger.pem"), "--key",
                others.file("stranger.key"), "--tls-max", version,
                "https://a.test:" + PORTS.get(mode) + "/c");
        assertNotEquals(0, run.exitCode(), run::text);
        assertTrue(run.text().contains("unknown ca"), run::text);
        assertEquals(before, backend.seen().size());
    }
}
