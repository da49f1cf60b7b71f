package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A client resumes its session at whichever worker it meets, and at one that was started since. */
@Tag("e2e")
final class TicketsTest {
    private static final String[] VERSIONS = {"tls1_2", "tls1_3"};
    private static final String REQUEST = "GET /t HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
    private static final int CONNECTIONS_MAX = 200;

    @RegisterExtension
    static final Stage STAGE = Stage.perClass();
    @TempDir
    private static Path directory;

    private static TestAuthority authority;
    private static ScriptedBackend backend;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        authority = new TestAuthority(directory, "root").issue("a", "a.test");
        backend = STAGE.backend("b1");
        proxy = STAGE.proxy(new ProxyConfig().workers(2).https(authority, "a")
                .cluster("web", "a.test", backend));
    }

    /** Connects once, and fails unless it was served by this kind of handshake. */
    private static void connect(final int port, final String version, final String kind,
            final String... arguments) throws Exception {
        final Tool.Run run = Tool.client(directory, port).with("-servername", "a.test", "-ign_eof",
                "-CAfile", authority.file("ca.pem"), "-" + version).feed(REQUEST, arguments);
        assertTrue(run.text().contains("GET /t 0 0"), run::text);
        assertTrue(run.text().contains(kind + ", " + version.toUpperCase().replace("TLS1_", "TLSv1.")),
                run::text);
    }

    private static String session(final String version) {
        return directory.resolve(version).toString();
    }

    /** Handshakes so far by the workers' pids. */
    private static Map<Long, Long> handshakes() throws IOException {
        final Map<Long, Long> counts = new TreeMap<>();
        try (Ctl ctl = proxy.ctl()) {
            for (final JsonNode worker : ctl.ask("STATUS").path("content").path("data")) {
                counts.put(worker.path("pid").asLong(), worker.path("tls.handshakes").asLong());
            }
        }
        return counts;
    }

    /** Resumes until each worker has been met. */
    private static void resumeAtEveryWorker(final String version) throws Exception {
        final Map<Long, Long> before = handshakes();
        assertEquals(2, before.size(), before::toString);
        for (int i = 0; i < CONNECTIONS_MAX; i++) {
            connect(proxy.port(), version, "Reused", "-sess_in", session(version));
            if (i % 4 == 3) {
                final Map<Long, Long> now = handshakes();
                if (now.entrySet().stream().allMatch(each -> each.getValue() > before.get(each.getKey()))) {
                    return;
                }
            }
        }
        throw new AssertionError("one worker met none of " + CONNECTIONS_MAX + " connections");
    }

    @Test
    void shouldResumeAtEveryWorkerAndAfterACrash() throws Exception {
        for (final String version : VERSIONS) {
            connect(proxy.port(), version, "New", "-sess_out", session(version));
            resumeAtEveryWorker(version);
        }
        for (final long pid : proxy.workers()) {
            ProxyProcess.signal("KILL", pid);
            proxy.awaitAllWorkersBut(pid);
        }
        for (final String version : VERSIONS) {
            resumeAtEveryWorker(version);
        }
        assertEquals(0, proxy.counter("sessions.broken"), proxy::logs);
    }

    @Test
    void shouldResumeAtAListenerThatIsAddedLaterAndStopInOrder() throws Exception {
        final ProxyProcess plain = STAGE.proxy(new ProxyConfig().workers(2).cluster("web", "a.test",
                backend));
        final int port = ProxyConfig.freePort();
        final String address = "\"address\":\"127.0.0.1:" + port + "\"";
        try (Ctl ctl = plain.ctl()) {
            ctl.obeyed("ADD_HTTPS_LISTENER", "{" + address + ",\"certificate\":" + authority.quoted("a.pem")
                    + ",\"key\":" + authority.quoted("a.key") + "}");
            ctl.obeyed("ADD_HTTPS_FRONTEND", "{\"route\":{\"CLUSTER_ID\":\"web\"}," + address
                    + ",\"hostname\":\"a.test\"}");
            ctl.obeyed("ACTIVATE_LISTENER", "{" + address + ",\"proxy\":\"https\",\"from_scm\":false}");
            connect(port, "tls1_3", "New", "-sess_out", session("later"));
            for (int i = 0; i < 12; i++) {
                connect(port, "tls1_3", "Reused", "-sess_in", session("later"));
            }
            final String state = ctl.ask("DUMP_STATE").toString();
            assertTrue(state.contains("ADD_HTTPS_LISTENER"));
            assertTrue(!state.contains("TICKET") && !state.contains("PRIVATE KEY"), "secrets in " + state);
        }
        try (TlsClient idle = new TlsClient(TlsClient.context(authority, null, null), port, "a.test",
                parameters -> { })) {
            assertEquals(200, idle.get("a.test", "/idle").status());
            assertEquals(0, plain.stop(Duration.ofSeconds(15)));
            assertTrue(idle.isEnded());
        }
    }
}
