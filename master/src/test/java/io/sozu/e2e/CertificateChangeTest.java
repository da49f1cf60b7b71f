package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that come and go while clients do: no handshake fails, connections keep what they have. */
@Tag("e2e")
final class CertificateChangeTest {
    private static final String HOST = "a.test";
    private static final int ROUNDS = 20;
    private static final int CLIENTS = 3;

    @RegisterExtension
    static final Stage STAGE = Stage.perClass();
    @TempDir
    private static Path directory;

    private static TestAuthority authority;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        authority = new TestAuthority(directory, "root").issue("default", "default.test").issue("a0", HOST)
                .issue("a1", HOST).issue("b", "b.test").issueExpired("old", "b.test");
        proxy = STAGE.proxy(new ProxyConfig().workers(2).https(authority, "default")
                .cluster("web", "*", STAGE.backend("b1").countOnly()));
    }

    /** Connects anew: a context would resume. */
    private static TlsClient connect(final String host) throws IOException {
        final SSLContext context = TlsClient.context(authority, null, null);
        return new TlsClient(context, proxy.port(), host, parameters -> { });
    }

    private static X509Certificate certificate(final String name) throws IOException {
        return TlsClient.certificate(authority, name + ".pem");
    }

    private static Tool.Run sozuctl(final String... arguments) throws Exception {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.sozu.ctl.CtlMain", "--socket", proxy.commandSocket().toString(), "certificate"));
        return new Tool(directory, command).run(arguments);
    }

    private static void obeyed(final String words, final String... arguments) throws Exception {
        final Tool.Run run = sozuctl(arguments);
        assertEquals(0, run.exitCode(), run::text);
        assertTrue(run.text().contains(words), run::text);
    }

    /** Asks several times, so that each worker is met. */
    private static void assertShown(final String host, final String certificate) throws IOException {
        for (int i = 0; i < 8; i++) {
            try (TlsClient client = connect(host)) {
                assertEquals(certificate(certificate), client.shown());
            }
        }
    }

    @Test
    void shouldObeySozuctlAndLeaveConnectionsWhatTheyHave() throws Exception {
        final String address = "127.0.0.1:" + proxy.port();
        assertShown("b.test", "default");
        obeyed("comes without a chain", "add", "-a", address, "--certificate", authority.file("b.pem"),
                "--key", authority.file("b.key"));
        assertShown("b.test", "b");
        try (TlsClient kept = connect("b.test")) {
            assertEquals(200, kept.get("b.test", "/kept").status());
            obeyed("has expired on 2020-02-01", "replace", "-a", address, "--new-certificate",
                    authority.file("old.pem"), "--new-key", authority.file("old.key"),
                    "--old-certificate", authority.file("b.pem"));
            try (TlsClient late = connect("b.test")) {
                throw new AssertionError("an expired certificate is trusted: " + late.shown());
            } catch (final SSLException e) {
                assertTrue(e.getMessage().contains("validity check failed"), e::toString);
            }
            obeyed("certificate removed", "remove", "-a", address, "--certificate",
                    authority.file("old.pem"));
            assertShown("b.test", "default");
            assertEquals(200, kept.get("b.test", "/still").status());
            assertEquals(certificate("b"), kept.shown());
        }
        final Tool.Run listed = sozuctl("list", "--workers");
        assertTrue(listed.text().contains("default.test") && !listed.text().contains("b.test"), listed::text);
    }

    @Test
    void shouldReplaceACertificateUnderLoadWithoutOneFailedHandshake() throws Exception {
        final Set<X509Certificate> good = Set.of(certificate("a0"), certificate("a1"));
        final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        final AtomicLong handshakes = new AtomicLong();
        final String[] fingerprints = new String[2];
        try (Ctl ctl = proxy.ctl()) {
            ctl.obeyed("ADD_CERTIFICATE", address() + ",\"certificate\":" + text("a0") + "}");
            ctl.obeyed("ADD_CERTIFICATE", address() + ",\"certificate\":" + text("a1") + "}");
            for (int i = 0; i < 2; i++) {
                fingerprints[i] = fingerprint("a" + i);
            }
            ctl.obeyed("REMOVE_CERTIFICATE", address() + ",\"fingerprint\":\"" + fingerprints[1] + "\"}");
            final Thread[] clients = new Thread[CLIENTS];
            final AtomicBoolean over = new AtomicBoolean();
            for (int i = 0; i < CLIENTS; i++) {
                clients[i] = Thread.ofPlatform().start(() -> {
                    while (!over.get()) {
                        try (TlsClient client = connect(HOST)) {
                            final boolean served = client.get(HOST, "/load").status() == 200;
                            if (!good.contains(client.shown()) || !served) {
                                failures.add("served " + served + " by " + client.shown());
                            }
                            handshakes.incrementAndGet();
                        } catch (final IOException e) {
                            failures.add(e.toString());
                        }
                    }
                });
            }
            try (TlsClient kept = connect(HOST)) {
                for (int round = 0; round < ROUNDS; round++) {
                    ctl.obeyed("REPLACE_CERTIFICATE", address() + ",\"old_fingerprint\":\""
                            + fingerprints[round % 2] + "\",\"new_certificate\":" + text("a"
                            + (round + 1) % 2) + "}");
                    final long target = handshakes.get() + 5;
                    Await.until(() -> "handshakes go on: " + failures, Await.PATIENCE,
                            () -> handshakes.get() >= target);
                    assertEquals(200, kept.get(HOST, "/kept").status());
                }
                assertEquals(certificate("a0"), kept.shown());
            }
            over.set(true);
            for (final Thread client : clients) {
                client.join();
            }
            ctl.obeyed("REMOVE_CERTIFICATE", address() + ",\"fingerprint\":\"" + fingerprints[0] + "\"}");
        }
        assertEquals(List.of(), List.copyOf(failures), () -> failures.size() + " of " + handshakes);
        proxy.awaitRest();
    }

    private static String address() {
        return "{\"address\":\"127.0.0.1:" + proxy.port() + "\"";
    }

    private static String text(final String name) throws IOException {
        return "{\"certificate\":" + authority.quoted(name + ".pem") + ",\"key\":"
                + authority.quoted(name + ".key") + "}";
    }

    private static String fingerprint(final String name) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                .digest(certificate(name).getEncoded()));
    }
}
