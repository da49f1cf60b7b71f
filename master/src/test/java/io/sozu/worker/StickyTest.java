package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Order;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ExchangeTerms;
import io.sozu.control.model.FailurePolicy;
import io.sozu.control.model.HttpsRedirect;
import io.sozu.control.model.LoadBalancing;
import io.sozu.control.model.StickyConfig;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that keep their backends, by cookie or by key, in virtual time. */
@ExtendWith(LeakCheck.class)
final class StickyTest {
    private static final String COOKIE = "SOZUBALANCEID=";
    private static final StickyConfig STICKY = new StickyConfig(true, true, true, StickyConfig.SameSite.LAX,
            60, "/app");
    private final SimProxy proxy = new SimProxy(11, FaultPlan.none(), SimProxy.options());
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, SimPeer> held = new HashMap<>();
    private final List<String> heads = new ArrayList<>();

    @BeforeEach
    void open() {
        cluster(STICKY, BalancingConfig.DEFAULT, FailurePolicy.DEFAULT);
        backend("a", 0, 100);
        backend("b", 0, 100);
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private void cluster(final StickyConfig sticky, final BalancingConfig balancing,
            final FailurePolicy failure) {
        proxy.order(new Order.AddCluster(new ClusterConfig(SimProxy.CLUSTER, sticky, HttpsRedirect.OFF,
                balancing, failure, ClusterAdmission.DEFAULT, ExchangeTerms.NONE)), -1);
    }

    /** Starts a backend that says its name; it keeps a request for {@code /hold} until it is told. */
    private void backend(final String id, final int maxConnections, final int weight) {
        ports.put(id, proxy.world.listen(0, peer -> peer.onBytes((p, bytes) -> {
            final String text = new String(bytes, ISO_8859_1);
            heads.add(text);
            if (text.startsWith("GET /hold")) {
                held.put(id, p);
            } else {
                answer(p, id);
            }
        })).port());
        order(id, maxConnections, weight);
    }

    private void order(final String id, final int maxConnections, final int weight) {
        proxy.order(new Order.AddBackend(new BackendConfig(SimProxy.CLUSTER, id, BackendAddress.of(
                new InetSocketAddress("127.0.0.1", ports.get(id))), null, weight, false,
                maxConnections)), -1);
    }

    private static void answer(final SimPeer peer, final String id) {
        peer.send("HTTP/1.1 200 OK\r\nX-Backend: " + id + "\r\nContent-Length: 2\r\n\r\nok");
    }

    private static String request(final String path, final String fields) {
        return "GET " + path + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
    }

    private String ask(final String fields) {
        final SimPeer client = proxy.connect().send(request("/", fields));
        proxy.runUntil(() -> client.receivedText().endsWith("\r\n\r\nok") || client.isEnded()
                || client.receivedText().startsWith("HTTP/1.1 5"));
        final String answer = client.receivedText();
        client.close();
        return answer;
    }

    private static String field(final String answer, final String name) {
        final int from = answer.indexOf("\r\n" + name + ": ");
        return from < 0 ? null : answer.substring(from + name.length() + 4, answer.indexOf("\r\n", from + 2));
    }

    private String served(final String fields) {
        return field(ask(fields), "X-Backend");
    }

    private static String cookie(final String id) {
        return "Cookie: " + COOKIE + id + "\r\n";
    }

    @Test
    void shouldTieAClientToTheBackendOfItsFirstRequest() {
        for (int i = 0; i < 4; i++) {
            final String answer = ask("");
            final String id = field(answer, "X-Backend");
            assertEquals(COOKIE + id + "; Path=/app; Max-Age=60; Secure; HttpOnly; SameSite=Lax",
                    field(answer, "Set-Cookie"));
        }
        heads.clear();
        for (int i = 0; i < 6; i++) {
            final String answer = ask("Cookie: x=1; " + COOKIE + "b; y=2\r\n");
            assertEquals("b", field(answer, "X-Backend"));
            assertFalse(answer.contains("Set-Cookie"), answer);
        }
        heads.forEach(head -> assertEquals("x=1; y=2", field(head, "Cookie"), head));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c", "a b", "\"a\"", "A", "%61", "a\tb", "web/a"})
    void shouldMakeNothingOfACookieThatNamesNobody(final String value) {
        final String answer = ask("Cookie: " + COOKIE + value + "x\r\n");
        assertTrue(answer.contains("Set-Cookie: " + COOKIE), answer);
    }

    @Test
    void shouldKnowTheCookieWhereverTheHeadIsCut() {
        final String request = request("/", "Cookie: x=1;" + COOKIE + "b\r\nCookie: " + COOKIE
                + "b; y=2\r\n");
        for (int cut = 1; cut < request.length(); cut++) {
            heads.clear();
            final SimPeer client = proxy.connect().send(request.substring(0, cut));
            proxy.runUntil(() -> proxy.counter("client.connections") == 1);
            proxy.turn();
            client.send(request.substring(cut));
            proxy.runUntil(() -> client.receivedText().endsWith("ok"));
            assertEquals("b", field(client.receivedText(), "X-Backend"));
            assertFalse(client.receivedText().contains("Set-Cookie"), client.receivedText());
            final String head = heads.getFirst();
            assertTrue(head.contains("\r\nCookie: x=1\r\n") && head.contains("\r\nCookie: y=2\r\n")
                    && !head.contains(COOKIE), head);
            client.close();
            proxy.runUntil(() -> proxy.counter("client.connections") == 0);
        }
    }

    @Test
    void shouldSetANewCookieOnceTheBackendIsRemoved() {
        assertEquals("a", served(cookie("a")));
        proxy.removeBackend("a", ports.get("a"));
        final String answer = ask(cookie("a"));
        assertEquals("b", field(answer, "X-Backend"));
        assertTrue(field(answer, "Set-Cookie").startsWith(COOKIE + "b;"), answer);
        order("a", 0, 100);
        assertEquals("a", served(cookie("a")));
    }

    @Test
    void shouldSetANewCookieWhileTheBackendIsDown() {
        final int nobody = proxy.world.listen(0, SimPeer::reset).port();
        ports.put("down", nobody + 1);
        order("down", 0, 0);
        final String answer = ask(cookie("down"));
        assertTrue(field(answer, "Set-Cookie").startsWith(COOKIE + field(answer, "X-Backend") + ";"), answer);
        assertEquals(1, proxy.counter("backend.connections.error"));
        ask(cookie("down"));
        assertEquals(1, proxy.counter("backend.connections.error"), "in back-off it is not tried again");
    }

    @Test
    void shouldKeepTheClientsOfABackendWithoutWeight() {
        order("a", 0, 0);
        for (int i = 0; i < 4; i++) {
            assertEquals("b", served(""));
            assertEquals("a", served(cookie("a")));
        }
    }

    @Test
    void shouldLetAClientWaitForItsBackendAndOthersPassIt() {
        order("a", 1, 100);
        final SimPeer first = proxy.connect().send(request("/hold", cookie("a")));
        proxy.runUntil(() -> held.containsKey("a"));
        final SimPeer second = proxy.connect().send(request("/", cookie("a")));
        proxy.runUntil(() -> proxy.counter("backend.queue.waiting") == 1);
        for (int i = 0; i < 4; i++) {
            assertEquals("b", served(""));
            assertEquals("b", served(cookie("b")));
        }
        assertEquals("", second.receivedText());
        answer(held.get("a"), "a");
        proxy.runUntil(() -> first.receivedText().endsWith("ok") && second.receivedText().endsWith("ok"));
        assertEquals("a", field(second.receivedText(), "X-Backend"));
    }

    @Test
    void shouldServeOthersWhileTheLineIsFullOfTiedClients() {
        cluster(STICKY, BalancingConfig.DEFAULT, new FailurePolicy(2, 5));
        order("a", 1, 100);
        proxy.connect().send(request("/hold", cookie("a")));
        proxy.runUntil(() -> held.containsKey("a"));
        for (int i = 1; i <= 2; i++) {
            final int waiting = i;
            proxy.connect().send(request("/", cookie("a")));
            proxy.runUntil(() -> proxy.counter("backend.queue.waiting") == waiting);
        }
        assertEquals("b", served(""));
        assertEquals("b", served(cookie("b")));
        assertTrue(ask(cookie("a")).startsWith("HTTP/1.1 503 "));
        final long from = proxy.world.nowNanos();
        proxy.runUntil(() -> proxy.counter("backend.queue.timeout") == 2);
        assertEquals(5, (proxy.world.nowNanos() - from) / 1e9, 0.3);
        answer(held.get("a"), "a");
    }

    @Test
    void shouldGoElsewhereWhenTheBackendAClientWaitsForIsRemoved() {
        order("a", 1, 100);
        proxy.connect().send(request("/hold", cookie("a")));
        proxy.runUntil(() -> held.containsKey("a"));
        final SimPeer second = proxy.connect().send(request("/", cookie("a")));
        proxy.runUntil(() -> proxy.counter("backend.queue.waiting") == 1);
        proxy.removeBackend("a", ports.get("a"));
        proxy.runUntil(() -> second.receivedText().endsWith("ok"));
        assertTrue(field(second.receivedText(), "Set-Cookie").startsWith(COOKIE + "b;"));
        answer(held.get("a"), "a");
    }

    @Test
    void shouldGiveTheSameKeyToTheSameBackend() {
        for (final LoadBalancing way : new LoadBalancing[] {LoadBalancing.HRW, LoadBalancing.MAGLEV}) {
            cluster(StickyConfig.DEFAULT, new BalancingConfig(way, null, "header:X-User", 0),
                    FailurePolicy.DEFAULT);
            final Map<String, String> homes = new HashMap<>();
            for (int i = 0; i < 200; i++) {
                final String user = "user" + i % 20;
                final String backend = served("x-user: " + user + "\r\n");
                assertEquals(backend, homes.computeIfAbsent(user, name -> backend));
            }
            assertTrue(homes.containsValue("a") && homes.containsValue("b"));
            assertEquals(served(""), served(""), "all from one source");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldSurviveAnyCookie(final long seed) {
        final Random random = new Random(seed);
        final String[] pieces = {COOKIE, "a", "b", ";", "; ", "=", " ", "\t", "\"", "x", "\u00ff", "x=y",
            ","};
        for (int i = 0; i < 300; i++) {
            final StringBuilder value = new StringBuilder();
            for (int piece = random.nextInt(random.nextInt(20) == 0 ? 4_000 : 12); piece > 0; piece--) {
                value.append(pieces[random.nextInt(pieces.length)]);
            }
            heads.clear();
            final String answer = ask("Cookie: " + value + "\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            assertTrue(heads.getFirst().endsWith("\r\n\r\n"), heads.getFirst());
        }
    }
}
