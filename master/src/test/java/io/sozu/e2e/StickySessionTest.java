package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that keep their backend, by cookie or by key, with real workers. */
@Tag("e2e")
final class StickySessionTest {
    @RegisterExtension
    final Stage stage = Stage.perTest();
    @TempDir
    private Path directory;

    private static String backendOf(final Answer answer) {
        return answer.head().only(ScriptedBackend.MARK);
    }

    private ProxyProcess start(final int workers, final String keys,
            final ScriptedBackend... backends) throws IOException {
        return stage.proxy(ProxyConfig.with(keys, backends).workers(workers).listener("sticky_name", "TIE"));
    }

    private String curl(final ProxyProcess proxy) throws Exception {
        final Path jar = directory.resolve("jar");
        final Path output = directory.resolve("output");
        final Process curl = new ProcessBuilder(List.of("/usr/bin/curl", "-s", "-i", "--max-time", "20",
                "--noproxy", "*", "--resolve", Requests.HOST + ":" + proxy.port() + ":127.0.0.1", "-b",
                jar.toString(), "-c", jar.toString(),
                "http://" + Requests.HOST + ":" + proxy.port() + "/app"))
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertTrue(curl.waitFor(30, TimeUnit.SECONDS), "curl ends");
            assertEquals(0, curl.exitValue());
            return Files.readString(output, ISO_8859_1);
        } finally {
            curl.destroyForcibly();
        }
    }

    @Test
    void shouldTieCurlToItsBackendUntilThatIsRemoved() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is installed");
        final ScriptedBackend a = stage.backend("a");
        final ScriptedBackend b = stage.backend("b");
        final ProxyProcess proxy = start(2, "sticky_session = true\nsticky_http_only = true\n"
                + "sticky_same_site = \"STRICT\"\nsticky_max_age = 3600", a, b);
        final String first = curl(proxy);
        final String name = first.contains(ScriptedBackend.MARK + ": a") ? "a" : "b";
        assertTrue(first.contains("Set-Cookie: TIE=" + name
                + "; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict\r\n"), first);
        for (int i = 0; i < 10; i++) {
            final String next = curl(proxy);
            assertTrue(next.contains(ScriptedBackend.MARK + ": " + name), next);
            assertFalse(next.contains("Set-Cookie"), next);
        }
        final ScriptedBackend mine = name.equals("a") ? a : b;
        final String other = name.equals("a") ? "b" : "a";
        assertEquals(11, mine.seen().size());
        mine.seen().forEach(seen -> assertFalse(seen.head().has("Cookie"), seen::toString));
        try (Ctl ctl = proxy.ctl()) {
            ctl.removeBackend(ProxyConfig.CLUSTER, name, mine);
        }
        final String moved = curl(proxy);
        assertTrue(moved.contains("Set-Cookie: TIE=" + other + ";"), moved);
        for (int i = 0; i < 4; i++) {
            assertFalse(curl(proxy).contains("Set-Cookie"));
        }
    }

    @Test
    void shouldKeepAClientTiedWhenTheWorkerIsAnother() throws IOException {
        final ProxyProcess proxy = start(1, "sticky_session = true", stage.backend("a"), stage.backend("b"),
                stage.backend("c"));
        final Map<String, String> cookies = new HashMap<>();
        try (RawClient client = proxy.client()) {
            for (int i = 0; i < 6; i++) {
                final Answer answer = client.get("/");
                cookies.put(backendOf(answer), answer.head().only("Set-Cookie").split(";")[0]);
            }
        }
        assertEquals(3, cookies.size());
        final long victim = proxy.workers().getFirst();
        ProxyProcess.signal("KILL", victim);
        proxy.awaitAllWorkersBut(victim);
        try (RawClient client = proxy.client()) {
            for (int i = 0; i < 5; i++) {
                for (final Map.Entry<String, String> tie : cookies.entrySet()) {
                    final Answer answer = client.send(Requests.getWith("/", "Cookie: " + tie.getValue()
                            + "\r\n")).answer();
                    assertEquals(tie.getKey(), backendOf(answer));
                    assertNull(answer.head().only("Set-Cookie"));
                }
            }
        }
    }

    @Test
    void shouldTieAnewWhenTheBackendFails() throws IOException {
        final ScriptedBackend a = stage.backend("a");
        final ProxyProcess proxy = start(1, "sticky_session = true", a, stage.backend("b"));
        try (RawClient client = proxy.client()) {
            final String tie = Requests.getWith("/", "Cookie: TIE=a\r\n");
            assertEquals("a", backendOf(client.send(tie).answer()));
            a.close();
            final Answer answer = client.send(tie).answer();
            assertEquals("b", backendOf(answer));
            assertEquals("TIE=b; Path=/", answer.head().only("Set-Cookie"));
        }
    }

    @Test
    void shouldNotLeadIntoAnotherCluster() throws IOException {
        final ScriptedBackend secret = stage.backend("secret");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.with("sticky_session = true", stage.backend("a"),
                stage.backend("b")).cluster("other", "other.test", "sticky_session = true",
                ProxyConfig.entries(secret)));
        try (RawClient client = proxy.client()) {
            for (int i = 0; i < 10; i++) {
                final Answer answer = client.send(Requests.getWith("/",
                        "Cookie: SOZUBALANCEID=secret\r\n")).answer();
                assertNotEquals("secret", backendOf(answer));
                assertTrue(answer.head().has("Set-Cookie"));
            }
        }
        assertEquals(0, secret.seen().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"HRW", "MAGLEV"})
    void shouldGiveAKeyTheSameBackendInEveryWorkerAndAfterACrash(final String way) throws IOException {
        final ProxyProcess proxy = start(2, "load_balancing = \"" + way + "\"\nhash_key = \"header:X-User\"",
                stage.backend("a"), stage.backend("b"), stage.backend("c"));
        final Map<Integer, String> homes = new HashMap<>();
        askAll(proxy, homes);
        assertEquals(3, List.copyOf(homes.values()).stream().distinct().count());
        final long victim = proxy.workers().getFirst();
        ProxyProcess.signal("KILL", victim);
        proxy.awaitAllWorkersBut(victim);
        askAll(proxy, homes);
    }

    /** Several connections, so that each worker has some. */
    private static void askAll(final ProxyProcess proxy, final Map<Integer, String> homes)
            throws IOException {
        final List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                clients.add(proxy.client());
            }
            for (int user = 0; user < 40; user++) {
                for (final RawClient client : clients) {
                    final String home = backendOf(client.send(Requests.getWith("/", "X-User: " + user
                            + "\r\n")).answer());
                    assertEquals(home, homes.computeIfAbsent(user, key -> home));
                }
            }
        } finally {
            for (final RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void shouldLetABackendThatIsAddedStartSlowly() throws IOException {
        final ScriptedBackend late = stage.backend("late");
        final ProxyProcess proxy = start(1, "slow_start = 60", stage.backend("a"), stage.backend("b"));
        try (RawClient client = proxy.client(); Ctl ctl = proxy.ctl()) {
            for (int i = 0; i < 4; i++) {
                client.get("/");
            }
            ctl.addBackend(ProxyConfig.CLUSTER, "late", late);
            for (int i = 0; i < 100; i++) {
                client.get("/");
            }
            assertTrue(late.seen().size() < 20, () -> late.seen().size() + " of 100, where 33 are its share");
        }
    }
}
