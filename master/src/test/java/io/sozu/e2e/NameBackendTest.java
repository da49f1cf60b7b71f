package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Backends by name, whose answers stand in a file that the JVM reads in place of asking the system. */
@Tag("e2e")
final class NameBackendTest {
    private static final String NAME = "app.test";

    @RegisterExtension
    final Stage stage = Stage.perTest();

    @TempDir
    private Path directory;

    private Path hosts() {
        return directory.resolve("hosts");
    }

    private void answer(final String... ips) throws IOException {
        final StringBuilder text = new StringBuilder("127.0.0.9 nobody.test\n");
        for (final String ip : ips) {
            text.append(ip).append(' ').append(NAME).append('\n');
        }
        final Path next = Files.writeString(directory.resolve("next"), text);
        Files.move(next, hosts(), StandardCopyOption.ATOMIC_MOVE);
    }

    private ProxyProcess proxy(final ProxyConfig config) throws IOException {
        return stage.proxy(config.set("resolve_interval", 1), List.of("env",
                "JAVA_TOOL_OPTIONS=-Djdk.net.hosts.file=" + hosts()));
    }

    private static ProxyConfig config(final String host, final int port) throws IOException {
        return new ProxyConfig().cluster(ProxyConfig.CLUSTER, Requests.HOST,
                "{ address = \"" + host + ":" + port + "\", backend_id = \"n\" }");
    }

    /** Two backends on the same port of two loopback addresses. */
    private List<ScriptedBackend> twins() throws IOException {
        final ScriptedBackend one = stage.backend("one");
        return List.of(one, stage.own(new ScriptedBackend("two", "127.0.0.2", one.port())));
    }

    private static Set<String> served(final RawClient client) throws IOException {
        final Set<String> names = new TreeSet<>();
        for (int i = 0; i < 8; i++) {
            final Answer answer = client.get("/");
            names.add(answer.status() == 200 ? answer.head().only(ScriptedBackend.MARK)
                    : String.valueOf(answer.status()));
        }
        return names;
    }

    private static void awaitServed(final ProxyProcess proxy, final Set<String> expected) {
        Await.until("served by " + expected, () -> {
            try (RawClient client = proxy.client()) {
                return served(client).equals(expected);
            }
        });
    }

    @Test
    void shouldUseAllAddressesAndFollowTheAnswers() throws IOException {
        final List<ScriptedBackend> twins = twins();
        answer("127.0.0.1");
        final ProxyProcess proxy = proxy(config(NAME, twins.getFirst().port()));
        awaitServed(proxy, Set.of("one"));
        answer("127.0.0.1", "127.0.0.2");
        awaitServed(proxy, Set.of("one", "two"));
        final long killed = proxy.workers().getFirst();
        ProcessHandle.of(killed).orElseThrow().destroyForcibly();
        proxy.awaitAllWorkersBut(killed);
        try (RawClient client = proxy.client()) {
            assertEquals(Set.of("one", "two"), served(client), "a new worker knows the addresses");
        }
        answer();
        try (Ctl ctl = proxy.ctl()) {
            Await.until("the failure is seen", () -> backend(ctl).path("problem").isTextual());
            assertEquals(NAME + ":" + twins.getFirst().port(), backend(ctl).path("address").asText());
            assertEquals(2, backend(ctl).path("resolved").size());
        }
        awaitServed(proxy, Set.of("one", "two"));
        answer("127.0.0.2");
        awaitServed(proxy, Set.of("two"));
        Await.until("the address that has gone is left", () -> twins.getFirst().openConnections() == 0);
    }

    private static JsonNode backend(final Ctl ctl) throws IOException {
        return ctl.ask("LIST_CLUSTERS").findValue("backends").path(0);
    }

    @Test
    void shouldNotBreakWhatIsInFlightAtAnAddressThatGoes() throws IOException {
        final List<ScriptedBackend> twins = twins();
        final Gate gate = new Gate();
        twins.getFirst().on("/long", served -> {
            gate.pass();
            served.answer();
        });
        answer("127.0.0.1");
        final ProxyProcess proxy = proxy(config(NAME, twins.getFirst().port()));
        awaitServed(proxy, Set.of("one"));
        try (RawClient client = proxy.client()) {
            client.send(Requests.get("/long"));
            Await.until("it is in flight", () ->
                    !twins.getFirst().seen(seen -> seen.head().target().equals("/long")).isEmpty());
            answer("127.0.0.2");
            awaitServed(proxy, Set.of("two"));
            gate.open();
            assertEquals(200, client.answer().status());
        }
    }

    @Test
    void shouldFollowTheAnswersUnderTrafficWithoutAFailedRequest() throws IOException {
        final List<ScriptedBackend> twins = twins();
        twins.forEach(ScriptedBackend::countOnly);
        answer("127.0.0.1");
        final ProxyProcess proxy = proxy(config(NAME, twins.getFirst().port()).workers(2));
        awaitServed(proxy, Set.of("one"));
        try (LoadClient kept = LoadClient.keepingConnections(proxy.port(), 4);
             LoadClient anew = LoadClient.connectingAnew(proxy.port(), 2)) {
            for (int round = 0; round < 2; round++) {
                answer("127.0.0.2");
                Await.until("the first is left", () -> twins.getFirst().openConnections() == 0);
                answer("127.0.0.1", "127.0.0.2");
                Await.until("the first serves", () -> twins.getFirst().openConnections() > 0);
                answer("127.0.0.1");
                Await.until("the second is left", () -> twins.getLast().openConnections() == 0);
                kept.awaitMore(100);
            }
            kept.stop();
            anew.stop();
            assertEquals(0, kept.failed(), kept::toString);
            assertEquals(0, anew.failed(), anew::toString);
            assertEquals(0, anew.count(LoadOutcome.REFUSED), anew::toString);
        }
    }

    @Test
    void shouldAnswer503UntilTheNameIsAnsweredAndObeyOrdersOfNames() throws IOException {
        final ScriptedBackend backend = stage.backend("one");
        answer();
        final ProxyProcess proxy = proxy(config(NAME, backend.port()));
        awaitServed(proxy, Set.of("503"));
        Await.until("it is logged", () -> proxy.logs().contains("the name app.test cannot be looked up"));
        answer("127.0.0.1");
        awaitServed(proxy, Set.of("one"));
        final String order = "{\"cluster_id\":\"web\",\"backend_id\":\"n\",\"address\":\"" + NAME + ":"
                + backend.port() + "\"}";
        try (Ctl ctl = proxy.ctl()) {
            ctl.obeyed("REMOVE_BACKEND", order);
            awaitServed(proxy, Set.of("503"));
            ctl.obeyed("ADD_BACKEND", order);
            awaitServed(proxy, Set.of("one"));
            assertEquals("ERROR", ctl.order("ADD_BACKEND", order.replace(NAME, "no name"))
                    .path("status").asText());
        }
    }

    /** Reading the file never ends: it is a pipe that nobody writes to. */
    @Test
    void shouldServeAndObeyWhileLookUpsHang() throws Exception {
        final ScriptedBackend backend = stage.backend("one");
        assertEquals(0, new ProcessBuilder("mkfifo", hosts().toString()).start().waitFor());
        final ProxyProcess proxy = proxy(config(NAME, backend.port()).workers(2));
        awaitServed(proxy, Set.of("503"));
        try (Ctl ctl = proxy.ctl()) {
            for (int i = 0; i < 12; i++) {
                ctl.obeyed("ADD_BACKEND", "{\"cluster_id\":\"web\",\"backend_id\":\"h" + i
                        + "\",\"address\":\"hang" + i + ".test:80\"}");
            }
            ctl.addBackend(ProxyConfig.CLUSTER, "literal", backend);
            awaitServed(proxy, Set.of("one"));
            assertEquals(2, ctl.ask("STATUS").path("content").path("data").size());
        }
        Await.until("it is logged", () -> proxy.logs().contains("no answer has come for 5 s"));
        assertTrue(proxy.master().isAlive());
        try (Ctl ctl = proxy.ctl()) {
            assertEquals("OK", ctl.order("SOFT_STOP", null).path("status").asText());
        }
        Await.until("it ends", () -> !proxy.master().isAlive());
    }
}
