package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More clients than one worker admits: the surplus waits, and is served when others have left. */
@Tag("e2e")
final class AdmissionTest {
    private static final int MAX_CONNECTIONS = 10;
    private static final Duration LOOK = Duration.ofMillis(400);

    @RegisterExtension
    final Stage stage = Stage.perTest();

    @Test
    void shouldStopAcceptingAtTheMaximumAndResumeBelowNinetyPercent() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend)
                .set("max_connections", MAX_CONNECTIONS));
        final Deque<RawClient> admitted = new ArrayDeque<>();
        try {
            for (int i = 0; i < MAX_CONNECTIONS; i++) {
                final RawClient client = proxy.client();
                admitted.add(client);
                assertEquals(200, client.get("/in/" + i).status());
            }
            try (RawClient waiting = proxy.client()) {
                waiting.send(Requests.get("/waiting"));
                assertFalse(Await.within(LOOK, () -> !backend.seen(AdmissionTest::isWaiting).isEmpty()),
                        "served above the maximum");
                final long worker = proxy.workers().getFirst();
                final long ticks = ProcFs.cpuTicks(worker);
                Await.within(LOOK, () -> false);
                assertTrue(ProcFs.cpuTicks(worker) - ticks < 15, "the worker spins while it is full");
                assertEquals(200, admitted.getFirst().get("/still-in").status());
                admitted.poll().close();
                admitted.poll().close();
                assertEquals(Served.echo("GET", "/waiting", new byte[0]), waiting.answer().text());
            }
        } finally {
            for (final RawClient client : admitted) {
                client.close();
            }
        }
    }

    @Test
    void shouldServeManyMoreClientsThanItAdmitsAtOnce() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend)
                .set("max_connections", MAX_CONNECTIONS));
        try (LoadClient load = LoadClient.connectingAnew(proxy.port(), 4 * MAX_CONNECTIONS)) {
            load.awaitMore(1_000).stop();
            assertEquals(0, load.failed() + load.count(LoadOutcome.REFUSED), load::toString);
        }
    }

    private static boolean isWaiting(final Seen seen) {
        return seen.head().target().equals("/waiting");
    }
}
