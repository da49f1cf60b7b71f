package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener with {@code ktls}, whether this kernel has it or not: clients see no difference. */
@Tag("e2e")
final class KernelTlsTest {
    private static final Path OFFERED = Path.of("/proc/sys/net/ipv4/tcp_available_ulp");
    private static final String HOST = "a.test";
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();
    @TempDir
    private static Path directory;

    private static TestAuthority authority;
    private static ScriptedBackend backend;
    private static ProxyProcess proxy;
    private static boolean offered;

    @BeforeAll
    static void start() throws IOException {
        offered = Files.exists(OFFERED) && Files.readString(OFFERED).contains("tls");
        authority = new TestAuthority(directory, "root").issue("a", HOST);
        backend = STAGE.backend("b1");
        proxy = STAGE.proxy(new ProxyConfig().https(authority, "a").listener("ktls", true)
                .cluster("web", "*", backend));
    }

    @AfterAll
    static void shouldHoldNothingAfterwards() {
        proxy.awaitRest();
    }

    private static Tool curl() {
        return Tool.curl(directory, proxy.port(), HOST).with("-sS", "--cacert", authority.file("ca.pem"));
    }

    private static String url(final String path) {
        return "https://" + HOST + ":" + proxy.port() + path;
    }

    @ParameterizedTest
    @ValueSource(strings = {"--tlsv1.3", "--tls-max=1.2"})
    void shouldCarryEveryByteBothWays(final String version) throws Exception {
        final String[] choice = version.split("=");
        final byte[] body = Pattern64.text(5_000_000).getBytes(ISO_8859_1);
        backend.on("/down", served -> served.answer("", new String(body, ISO_8859_1)));
        final Path file = directory.resolve("download");
        final Tool curl = curl().with(choice);
        assertEquals("", curl.run("-o", file.toString(), url("/down"), "-o", file.toString(), url("/down"))
                .text());
        assertArrayEquals(body, Files.readAllBytes(file));
        final Path up = Files.write(directory.resolve("upload"), body);
        assertEquals(Served.echo("POST", "/up", body),
                curl.run("--data-binary", "@" + up, url("/up")).text());
    }

    @Test
    void shouldEndAsAnyOther() throws Exception {
        final Tool.Run run = curl().run("-v", "-H", "Connection: close", url("/end"));
        assertTrue(run.text().contains(Served.echo("GET", "/end", new byte[0])), run::text);
        assertEquals(0, run.exitCode(), run::text);
        final Tool.Run plain = Tool.client(directory, proxy.port())
                .with("-CAfile", authority.file("ca.pem"), "-servername", HOST, "-quiet", "-ign_eof")
                .feed("GET /end HTTP/1.1\r\nHost: " + HOST + "\r\nConnection: close\r\n\r\n");
        assertTrue(plain.text().contains("HTTP/1.1 200 OK"), plain::text);
        assertFalse(plain.text().contains("unexpected eof"), plain::text);
    }

    @Test
    void shouldCountWhatTheKernelEncryptsOrSayThatItDoesNot() throws Exception {
        assertEquals(0, curl().run(url("/count")).exitCode());
        Await.until(() -> "handshakes are counted", Await.PATIENCE, () -> proxy.counter("tls.handshakes") > 0
                && proxy.counter("tls.handshakes.ktls") == (offered ? proxy.counter("tls.handshakes") : 0));
        if (!offered) {
            assertTrue(proxy.logs().contains("ktls is set, and this kernel has no TLS now"), proxy::logs);
            assertTrue(proxy.logs().contains("ktls is set, and OpenSSL encrypts"), proxy::logs);
        }
    }
}
