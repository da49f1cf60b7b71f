package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code kill -9} of a worker: only what it had in hand is lost. */
@Tag("e2e")
final class WorkerCrashTest {
    private static final int CLIENTS = 12;

    @RegisterExtension
    final Stage stage = Stage.perTest();

    @Test
    void shouldLoseOnlyWhatTheKilledWorkerHadInHand() throws IOException {
        final ProxyProcess proxy = start(2);
        try (LoadClient kept = LoadClient.keepingConnections(proxy.port(), CLIENTS);
             LoadClient fresh = LoadClient.connectingAnew(proxy.port(), 4)) {
            kept.awaitMore(1_000);
            fresh.awaitMore(500);
            final long victim = proxy.workers().getFirst();
            ProxyProcess.signal("KILL", victim);
            kept.awaitMore(1_000);
            fresh.awaitMore(500);
            proxy.awaitAllWorkersBut(victim);
            final long lost = kept.failed() + fresh.failed();
            kept.awaitMore(1_000).stop();
            fresh.awaitMore(500).stop();
            assertEquals(lost, kept.failed() + fresh.failed(), () -> "lost after the recovery: " + kept
                    + fresh);
            assertTrue(kept.failed() <= CLIENTS && fresh.failed() <= 4, () -> "lost: " + kept + "\n" + fresh);
            for (final LoadClient load : List.of(kept, fresh)) {
                assertEquals(0, load.count(LoadOutcome.REFUSED), load::toString);
                assertEquals(0, load.count(LoadOutcome.TIMED_OUT), load::toString);
                assertEquals(0, load.count(LoadOutcome.WRONG) + load.count(LoadOutcome.STATUS),
                        load::toString);
            }
        }
    }

    @Test
    void shouldServeConnectionsThatWaitedAtTheKilledWorker() throws IOException {
        final ProxyProcess proxy = start(2);
        final long victim = proxy.workers().getFirst();
        final List<RawClient> waiting = new ArrayList<>();
        try {
            ProxyProcess.signal("STOP", victim);
            Await.until("the worker stands still", () -> ProcFs.stopped(victim));
            for (int i = 0; i < 24; i++) {
                waiting.add(proxy.client().send(Requests.get("/queued/" + i)));
            }
            ProxyProcess.signal("KILL", victim);
            for (int i = 0; i < waiting.size(); i++) {
                assertEquals(Served.echo("GET", "/queued/" + i, new byte[0]), waiting.get(i).answer().text());
            }
            proxy.awaitAllWorkersBut(victim);
        } finally {
            for (final RawClient client : waiting) {
                client.close();
            }
        }
    }

    @Test
    void shouldComeBackWithTheSameConfigurationWhenTheOnlyWorkerDies() throws IOException {
        final ScriptedBackend late = stage.backend("late");
        final ProxyProcess proxy = start(1);
        try (Ctl ctl = proxy.ctl()) {
            ctl.obeyed("ADD_CLUSTER", "{\"cluster_id\":\"second\"}");
            ctl.obeyed("ADD_HTTP_FRONTEND", "{\"route\":{\"CLUSTER_ID\":\"second\"},\"address\":\"127.0.0.1:"
                    + proxy.port() + "\",\"hostname\":\"second.test\",\"path\":{\"PREFIX\":\"/\"}}");
            ctl.addBackend("second", "late", late);
        }
        final long victim = proxy.workers().getFirst();
        ProxyProcess.signal("KILL", victim);
        try (RawClient client = proxy.client()) {
            final Answer answer = client.send("GET /s HTTP/1.1\r\nHost: second.test\r\n\r\n").answer();
            assertEquals("late", answer.head().only(ScriptedBackend.MARK));
            assertEquals(200, client.get("/first").status());
        }
        proxy.awaitAllWorkersBut(victim);
    }

    @Test
    void shouldServeByTheSpareWorkerWhileTheOnlyOneIsReplaced() throws IOException {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(stage.backend("b1").countOnly()).workers(1)
                .set("spare_worker", true));
        Await.until("the spare worker runs", () -> "RUNNING".equals(spare(proxy).path("run_state").asText()));
        try (LoadClient fresh = LoadClient.connectingAnew(proxy.port(), 4)) {
            fresh.awaitMore(500);
            assertEquals(0, spare(proxy).path("http.requests").asLong());
            final long victim = proxy.workers().getFirst();
            ProxyProcess.signal("KILL", victim);
            fresh.awaitMore(500);
            proxy.awaitAllWorkersBut(victim);
            fresh.stop();
            assertTrue(spare(proxy).path("http.requests").asLong() > 0);
            assertTrue(fresh.failed() <= 4, fresh::toString);
            assertEquals(0, fresh.count(LoadOutcome.REFUSED) + fresh.count(LoadOutcome.TIMED_OUT),
                    fresh::toString);
        }
    }

    /** What the status says of the spare worker, or nothing. */
    private static JsonNode spare(final ProxyProcess proxy) throws IOException {
        try (Ctl ctl = proxy.ctl()) {
            for (final JsonNode worker : ctl.ask("STATUS").path("content").path("data")) {
                if (worker.path("spare").asBoolean()) {
                    return worker;
                }
            }
            return MissingNode.getInstance();
        }
    }

    @Test
    void shouldNotRestartFasterAndFasterWhenWorkersKeepDying() throws IOException {
        final ProxyProcess proxy = start(1);
        final Set<Long> killed = new HashSet<>();
        Await.within(Duration.ofSeconds(6), () -> {
            for (final long pid : workersOf(proxy)) {
                if (killed.add(pid)) {
                    ProxyProcess.signal("KILL", pid);
                }
            }
            return false;
        });
        assertTrue(killed.size() >= 2 && killed.size() <= 20, () -> killed.size()
                + " workers in six seconds");
        Await.until(() -> "a worker serves again\n" + proxy.logs(), Duration.ofSeconds(30), () -> {
            try (RawClient client = proxy.client()) {
                return client.get("/again").status() == 200;
            }
        });
        assertTrue(proxy.master().isAlive());
    }

    private ProxyProcess start(final int workers) throws IOException {
        return stage.proxy(ProxyConfig.of(stage.backend("b1").countOnly(), stage.backend("b2").countOnly())
                .workers(workers));
    }

    private static List<Long> workersOf(final ProxyProcess proxy) {
        return proxy.master().children().filter(ProcessHandle::isAlive).map(ProcessHandle::pid).toList();
    }
}
