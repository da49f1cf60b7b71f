package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Settings that change while everything is being served. */
@Tag("e2e")
final class UpdateTest {
    @RegisterExtension
    final Stage stage = Stage.perTest();

    private static String listener(final ProxyProcess proxy, final String fields) {
        return "{\"address\":\"127.0.0.1:" + proxy.port() + "\"," + fields.replace('\'', '"') + "}";
    }

    private static String backend(final ScriptedBackend backend, final String fields) {
        return "{\"cluster_id\":\"web\",\"backend_id\":\"" + backend.name() + "\",\"address\":\""
                + backend.address() + "\"," + fields.replace('\'', '"') + "}";
    }

    @Test
    void shouldChangeTimeoutsAndForwardedModeUnderLoadWithoutLosingAConnection() throws IOException {
        final ScriptedBackend backend = stage.backend("b1").countOnly();
        final ScriptedBackend witness = stage.backend("witness");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend).workers(2)
                .cluster("watched", "watched.test", witness));
        final String forged = "GET /w HTTP/1.1\r\nHost: watched.test\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n";
        final List<RawClient> kept = new ArrayList<>();
        try (Ctl ctl = proxy.ctl(); LoadClient load = LoadClient.leavingWhenClosed(proxy.port(), 8)) {
            for (int i = 0; i < 8; i++) {
                kept.add(stage.own(proxy.client()));
                assertEquals(200, kept.getLast().send(forged).answer().status());
                assertEquals("127.0.0.1", witness.seen().getLast().head().only("X-Forwarded-For"));
            }
            for (final String mode : new String[] {"append", "off", "replace", "append"}) {
                load.awaitMore(200);
                ctl.obeyed("UPDATE_HTTP_LISTENER", listener(proxy, "'forwarded':'" + mode
                        + "','request_timeout':1,'sozu_id_header':'X-" + mode + "'"));
                for (final RawClient client : kept) {
                    assertEquals(200, client.send(forged).answer().status());
                    final Head head = witness.seen().getLast().head();
                    assertTrue(head.has("X-" + mode), head::raw);
                    assertEquals(switch (mode) {
                        case "append" -> "1.2.3.4, 127.0.0.1";
                        case "off" -> "1.2.3.4";
                        default -> "127.0.0.1";
                    }, head.only("X-Forwarded-For"));
                }
            }
            assertNewTimeoutHolds(proxy);
            final long killed = proxy.workers().getFirst();
            ProcessHandle.of(killed).orElseThrow().destroyForcibly();
            proxy.awaitAllWorkersBut(killed);
            assertNewTimeoutHolds(proxy);
            assertEquals(1, ctl.ask("LIST_LISTENERS").findValue("request_timeout").asInt());
            assertEquals(60, ctl.ask("LIST_LISTENERS").findValue("front_timeout").asInt());
        }
    }

    private static void assertNewTimeoutHolds(final ProxyProcess proxy) throws IOException {
        for (int i = 0; i < 4; i++) {
            final long begin = System.nanoTime();
            try (RawClient slow = proxy.client()) {
                assertEquals(408, slow.send("GET /slow HTTP/1.1\r\nHo").answer().status());
            }
            assertTrue(System.nanoTime() - begin < 5_000_000_000L, "10 s were the former time-out");
        }
    }

    @Test
    void shouldLoseNoConnectionOfManyWhileSettingsChangeAllTheTime() throws IOException {
        final ScriptedBackend backend = stage.backend("b1").countOnly();
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend).workers(2));
        try (Ctl ctl = proxy.ctl(); LoadClient load = LoadClient.leavingWhenClosed(proxy.port(), 8)) {
            for (int i = 0; i < 200; i++) {
                ctl.obeyed("UPDATE_HTTP_LISTENER", listener(proxy, "'front_timeout':" + (60 + i)
                        + ",'forwarded':'" + (i % 2 == 0 ? "append" : "replace") + "'"));
                ctl.obeyed("UPDATE_CLUSTER", "{\"cluster_id\":\"web\",\"load_balancing\":\""
                        + (i % 2 == 0 ? "random" : "round_robin") + "\"}");
            }
            load.awaitMore(200);
            load.stop();
            assertEquals(0, load.failed(), load::toString);
            assertEquals(0, load.count(LoadOutcome.REFUSED), load::toString);
        }
        proxy.awaitRest();
    }

    private static Set<String> served(final ProxyProcess proxy) throws IOException {
        final Set<String> names = new TreeSet<>();
        try (RawClient client = proxy.client()) {
            for (int i = 0; i < 12; i++) {
                names.add(client.get("/").head().only(ScriptedBackend.MARK));
            }
        }
        return names;
    }

    @Test
    void shouldChangeAWeightAndLeadAFrontendElsewhere() throws IOException {
        final ScriptedBackend one = stage.backend("one");
        final ScriptedBackend two = stage.backend("two");
        final ScriptedBackend other = stage.backend("other");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(one, two)
                .cluster("second", "second.test", other));
        assertEquals(Set.of("one", "two"), served(proxy));
        try (Ctl ctl = proxy.ctl(); RawClient client = proxy.client()) {
            ctl.obeyed("UPDATE_BACKEND", backend(two, "'max_connections':7"));
            ctl.obeyed("UPDATE_BACKEND", backend(two, "'load_balancing_parameters':{'weight':0}"));
            assertEquals(Set.of("one"), served(proxy));
            assertEquals(7, ctl.ask("LIST_CLUSTERS", "{\"cluster_id\":\"web\"}")
                    .findValue("max_connections").asInt());
            ctl.obeyed("UPDATE_BACKEND", backend(two, "'load_balancing_parameters':null"));
            assertEquals(Set.of("one", "two"), served(proxy));
            final String frontend = listener(proxy, "'hostname':'" + Requests.HOST + "','route':");
            ctl.obeyed("UPDATE_HTTP_FRONTEND", frontend.replace("}", "{\"CLUSTER_ID\":\"second\"}}"));
            assertEquals("other", client.get("/").head().only(ScriptedBackend.MARK));
            ctl.obeyed("UPDATE_HTTP_FRONTEND", frontend.replace("}", "\"DENY\"}"));
            assertEquals(401, client.get("/").status());
        }
    }

    @Test
    void shouldChangeNothingWhenAnUpdateIsRefused() throws IOException {
        final ScriptedBackend one = stage.backend("one");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(one));
        try (Ctl ctl = proxy.ctl()) {
            final JsonNode before = ctl.ask("DUMP_STATE").path("content");
            for (final String[] order : new String[][] {
                {"UPDATE_HTTP_LISTENER", listener(proxy, "'forwarded':'off','front_timeout':0")},
                {"UPDATE_HTTP_LISTENER", listener(proxy, "'forwarded':'off','expect_proxy':true")},
                {"UPDATE_HTTP_LISTENER", "{\"address\":\"127.0.0.1:1\",\"forwarded\":\"off\"}"},
                {"UPDATE_CLUSTER", "{\"cluster_id\":\"web\",\"max_queue\":1,\"load_balancing\":\"none\"}"},
                {"UPDATE_CLUSTER", "{\"cluster_id\":\"nope\",\"max_queue\":1}"},
                {"UPDATE_BACKEND", backend(one, "'backup':true,'max_connections':-1")},
                {"UPDATE_HTTP_FRONTEND", listener(proxy, "'hostname':'" + Requests.HOST
                        + "','position':'PRE','route':{'CLUSTER_ID':'nope'}")}}) {
                final JsonNode answer = ctl.order(order[0], order[1]);
                assertEquals("ERROR", answer.path("status").asText(), order[1]);
                assertFalse(answer.path("message").asText().isEmpty());
            }
            assertEquals(before, ctl.ask("DUMP_STATE").path("content"));
            assertEquals(Set.of("one"), served(proxy));
        }
    }
}
