package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which backend gets a request, as the file and orders say. */
@Tag("e2e")
final class BalancingTest {
    @RegisterExtension
    final Stage stage = Stage.perTest();

    private static Map<String, Integer> counts(final RawClient client, final int requests)
            throws IOException {
        final Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            counts.merge(client.get("/" + i).head().only(ScriptedBackend.MARK), 1, Integer::sum);
        }
        return counts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"least_loaded\"\nload_metric = \"connections",
        "LEAST_LOADED\"\nload_metric = \"REQUESTS",
        "power_of_two", "power_of_two\"\nload_metric = \"requests"})
    void shouldLeaveABusyBackendAlone(final String way) throws IOException {
        final ScriptedBackend a = stage.backend("a");
        final ScriptedBackend b = stage.backend("b");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.with("load_balancing = \"" + way + "\"", a, b));
        final Gate gate = new Gate();
        for (final ScriptedBackend backend : new ScriptedBackend[] {a, b}) {
            backend.on("/long", served -> {
                gate.pass();
                served.answer();
            });
        }
        try (RawClient busy = proxy.client(); RawClient client = proxy.client()) {
            busy.send(Requests.get("/long"));
            Await.until("the request is in flight", () -> a.seen().size() + b.seen().size() == 1);
            assertEquals(Map.of(a.seen().isEmpty() ? "a" : "b", 20), counts(client, 20));
            gate.open();
            assertEquals(200, busy.answer().status());
            assertEquals(2, counts(client, 60).size());
        }
    }

    @Test
    void shouldPreferTheBackendThatAnswersFaster() throws IOException {
        final ScriptedBackend slow = stage.backend("slow");
        final ScriptedBackend fast = stage.backend("fast");
        slow.otherwise(served -> {
            Await.within(Duration.ofMillis(300), () -> false);
            served.answer();
        });
        final ProxyProcess proxy = stage.proxy(ProxyConfig.with(
                "load_balancing = \"LEAST_LOADED\"\nload_metric = \"CONNECTION_TIME\"", slow, fast));
        try (RawClient client = proxy.client()) {
            final Map<String, Integer> counts = counts(client, 100);
            assertTrue(counts.get("slow") < 5, () -> "only to learn how slow it is: " + counts);
        }
    }

    @Test
    void shouldChooseByChanceAndWeight() throws IOException {
        final ScriptedBackend a = stage.backend("a");
        final ScriptedBackend b = stage.backend("b");
        final ProxyProcess proxy = stage.proxy(new ProxyConfig().cluster(ProxyConfig.CLUSTER, Requests.HOST,
                "load_balancing = \"random\"", "{ address = \"" + a.address() + "\", weight = 30 },"
                        + " { address = \"" + b.address() + "\", weight = 10 }"));
        try (RawClient client = proxy.client()) {
            final int toA = counts(client, 400).get("a");
            // 300 are expected; five standard deviations are 43.
            assertTrue(toA > 257 && toA < 343, () -> toA + " of 400");
        }
    }

    @Test
    void shouldBalanceAnotherWayFromTheMomentItIsOrdered() throws IOException {
        final ScriptedBackend a = stage.backend("a");
        final ScriptedBackend b = stage.backend("b");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(a, b));
        final Gate gate = new Gate();
        a.on("/long", served -> {
            gate.pass();
            served.answer();
        });
        try (Ctl ctl = proxy.ctl(); RawClient busy = proxy.client(); RawClient client = proxy.client()) {
            assertEquals(Map.of("a", 10, "b", 10), counts(client, 20));
            ctl.obeyed("ADD_CLUSTER", "{\"cluster_id\":\"web\",\"load_balancing\":\"least_loaded\"}");
            while (a.seen(BalancingTest::isLong).isEmpty()) {
                busy.send(Requests.get("/long"));
                Await.until("somebody gets it", () -> a.seen(BalancingTest::isLong).size()
                        + b.seen(BalancingTest::isLong).size() > 0);
                if (a.seen(BalancingTest::isLong).isEmpty()) {
                    assertEquals(200, busy.answer().status());
                    b.forget();
                }
            }
            assertEquals(Map.of("b", 20), counts(client, 20));
            ctl.obeyed("ADD_CLUSTER", "{\"cluster_id\":\"web\",\"load_balancing\":\"round_robin\"}");
            assertEquals(Map.of("a", 10, "b", 10), counts(client, 20));
            gate.open();
            assertEquals(200, busy.answer().status());
        }
    }

    private static boolean isLong(final Seen one) {
        return one.head().target().equals("/long");
    }

    @Test
    void shouldUseABackupOnlyWhileNobodyElseCanServe() throws IOException {
        final ScriptedBackend spare = stage.backend("spare");
        final int port = ProxyConfig.freePort();
        final ProxyProcess proxy = stage.proxy(new ProxyConfig().cluster(ProxyConfig.CLUSTER, Requests.HOST,
                "{ address = \"127.0.0.1:" + port + "\" }, { address = \"" + spare.address()
                        + "\", backup = true }"));
        try (RawClient client = proxy.client()) {
            assertEquals(Map.of("spare", 5), counts(client, 5));
            final ScriptedBackend first = stage.own(new ScriptedBackend("first", port));
            Await.until("the first is back in use", () -> counts(client, 1).containsKey("first"));
            assertEquals(Map.of("first", 20), counts(client, 20));
            first.close();
            assertEquals(Map.of("spare", 5), counts(client, 5));
        }
    }
}
