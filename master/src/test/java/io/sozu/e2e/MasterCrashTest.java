package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code kill -9} of the master: traffic does not notice. */
@Tag("e2e")
final class MasterCrashTest {
    @RegisterExtension
    final Stage stage = Stage.perTest();

    @Test
    void shouldGoOnServingWhenTheMasterIsKilled() throws IOException {
        final ScriptedBackend backend = stage.backend("b1").countOnly();
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend).workers(2));
        final List<Long> workers = proxy.workers();
        try (LoadClient kept = LoadClient.keepingConnections(proxy.port(), 8);
             LoadClient fresh = LoadClient.connectingAnew(proxy.port(), 4)) {
            kept.awaitMore(500);
            ProxyProcess.signal("KILL", proxy.masterPid());
            proxy.awaitExit(Duration.ofSeconds(5));
            kept.awaitMore(2_000).stop();
            fresh.awaitMore(1_000).stop();
            assertEquals(0, kept.failed() + fresh.failed(), () -> kept + "\n" + fresh);
            assertEquals(0, kept.count(LoadOutcome.REFUSED) + fresh.count(LoadOutcome.REFUSED), () -> kept
                    + "\n" + fresh);
        }
        assertTrue(proxy.livingProcesses().containsAll(workers), "orphaned workers live on");
    }
}
