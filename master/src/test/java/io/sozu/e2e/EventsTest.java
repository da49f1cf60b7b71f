package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a running proxy tells of itself. */
@Tag("e2e")
final class EventsTest {
    @RegisterExtension
    final Stage stage = Stage.perTest();

    /** Reads events until each of these kinds has come; returns the last of the last kind. */
    private static JsonNode awaitKinds(final Ctl watcher, final String... kinds) throws IOException {
        final Set<String> missing = new HashSet<>(List.of(kinds));
        JsonNode found = null;
        while (!missing.isEmpty()) {
            final JsonNode data = watcher.next().path("content").path("data");
            missing.remove(data.path("kind").asText());
            if (data.path("kind").asText().equals(kinds[kinds.length - 1])) {
                found = data;
            }
        }
        return found;
    }

    private static void asks(final ProxyProcess proxy, final int status) throws IOException {
        try (RawClient client = proxy.client()) {
            assertEquals(status, client.get("/").status());
        }
    }

    @Test
    void shouldTellOfABackendThatIsDownAndUpAgain() throws IOException {
        final ScriptedBackend backend = stage.backend("one");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend));
        try (Ctl watcher = proxy.ctl()) {
            watcher.send("SUBSCRIBE_EVENTS", null);
            awaitKinds(watcher, "EVENTS_SUBSCRIBED");
            asks(proxy, 200);
            backend.close();
            Await.until("the backend is missed", () -> {
                try (RawClient client = proxy.client()) {
                    return client.get("/").status() == 503;
                }
            });
            final JsonNode down = awaitKinds(watcher, "NO_AVAILABLE_BACKENDS", "BACKEND_DOWN");
            assertEquals(0, down.path("worker_id").asInt(-1));
            assertEquals("web", down.path("cluster_id").asText());
            assertEquals("one", down.path("backend_id").asText());
            assertEquals(backend.address(), down.path("address").asText());
            assertTrue(down.path("detail").asText().matches("for [12] s"), down::toString);
            stage.own(new ScriptedBackend("one", backend.port()));
            Await.until("it serves again", () -> {
                try (RawClient client = proxy.client()) {
                    return client.get("/").status() == 200;
                }
            });
            awaitKinds(watcher, "BACKEND_UP", "CLUSTER_RECOVERED");
            assertTrue(proxy.logs().contains("backend one of cluster web is down"), proxy::logs);
        }
    }

    @Test
    void shouldTellOfWorkersListenersAndRemovedBackends() throws IOException {
        final ScriptedBackend one = stage.backend("one");
        final ScriptedBackend two = stage.backend("two");
        final Gate gate = new Gate();
        one.on("/long", served -> {
            gate.pass();
            served.answer();
        });
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(one).workers(2));
        try (Ctl watcher = proxy.ctl(); Ctl ctl = proxy.ctl(); RawClient client = proxy.client()) {
            watcher.send("SUBSCRIBE_EVENTS", null);
            client.send(Requests.get("/long"));
            Await.until("it is in flight", () -> !one.seen().isEmpty());
            ctl.addBackend("web", "two", two);
            ctl.removeBackend("web", "one", one);
            awaitKinds(watcher, "BACKEND_ADDED", "BACKEND_REMOVED", "REMOVED_BACKEND_HAS_NO_CONNECTIONS");
            gate.open();
            assertEquals(200, client.answer().status());
            awaitKinds(watcher, "REMOVED_BACKEND_HAS_NO_CONNECTIONS");
            final String address = "{\"address\":\"127.0.0.1:" + ProxyConfig.freePort() + "\"";
            ctl.obeyed("ADD_HTTP_LISTENER", address + "}");
            ctl.obeyed("ACTIVATE_LISTENER", address + ",\"proxy\":\"http\",\"from_scm\":false}");
            ctl.obeyed("DEACTIVATE_LISTENER", address + ",\"proxy\":\"http\",\"to_scm\":false}");
            awaitKinds(watcher, "LISTENER_ADDED", "LISTENER_ACTIVATED", "LISTENER_DEACTIVATED");
            final long killed = proxy.workers().get(1);
            ProcessHandle.of(killed).orElseThrow().destroyForcibly();
            final JsonNode end = awaitKinds(watcher, "WORKER_KILLED");
            assertTrue(end.path("detail").asText().contains("pid " + killed), end::toString);
            assertEquals(1, end.path("worker_id").asInt(-1));
            awaitKinds(watcher, "WORKER_RELAUNCHED", "WORKER_READY");
        }
    }

    @Test
    void shouldPrintEventsUntilTheProxyHasStopped() throws Exception {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(stage.backend("one")));
        final Process ctl = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "-cp", System.getProperty("java.class.path"), "io.sozu.ctl.CtlMain", "events",
                "--socket", proxy.commandSocket().toString()).redirectErrorStream(true).start();
        stage.own(ctl::destroyForcibly);
        final var lines = ctl.inputReader();
        assertTrue(lines.readLine().endsWith(" EVENTS_SUBSCRIBED"));
        try (Ctl orders = proxy.ctl()) {
            orders.obeyed("ADD_CLUSTER", "{\"cluster_id\":\"new\"}");
            assertTrue(lines.readLine().endsWith(" CLUSTER_ADDED cluster new"));
            orders.order("SOFT_STOP", null);
        }
        assertTrue(lines.readLine().endsWith(" SOZU_STOP_REQUESTED"));
        assertTrue(ctl.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, ctl.exitValue());
    }

    /** A subscriber that reads nothing holds up nobody; what happens meanwhile is bounded. */
    @Test
    void shouldServeBesideASubscriberThatDoesNotRead() throws IOException {
        final ScriptedBackend backend = stage.backend("one").countOnly();
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend).set("command_buffer_size", 65_536)
                .set("max_command_buffer_size", 65_536));
        try (Ctl deaf = proxy.ctl(); Ctl ctl = proxy.ctl();
             LoadClient load = LoadClient.keepingConnections(proxy.port(), 2)) {
            deaf.send("SUBSCRIBE_EVENTS", null);
            for (int i = 0; !proxy.logs().contains("a subscriber of events does not read"); i++) {
                ctl.obeyed("ADD_CLUSTER", "{\"cluster_id\":\"" + "c".repeat(200) + i % 2 + "\"}");
                assertTrue(i < 20_000, "the subscriber is still there");
            }
            load.awaitMore(50);
            assertEquals(0, load.stop().failed(), load::toString);
        }
    }
}
