package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens at the limits of a worker, in slots, pages and time; on a simulated kernel. */
@ExtendWith(LeakCheck.class)
final class WorkerLimitsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private SimProxy proxy;

    @AfterEach
    void close() {
        proxy.close();
    }

    private void start(final String options) {
        proxy = new SimProxy(9, FaultPlan.none(), WorkerOptions.parse(options));
    }

    private void start() {
        proxy = new SimProxy(9, FaultPlan.none(), SimProxy.options());
    }

    private void backend(final Consumer<SimPeer> behaviour) {
        final int port = proxy.world.listen(0, behaviour).port();
        proxy.addBackend("b" + port, port);
    }

    private void backendAnswers(final String answer) {
        backend(peer -> peer.onBytes((p, bytes) -> p.send(answer)));
    }

    private String askOnce(final String request) {
        final SimPeer client = proxy.connect().send(request);
        proxy.runUntil(() -> client.receivedBytes() > 0 || client.isEnded() || client.errno() != 0);
        return client.receivedText();
    }

    private double secondsUntil(final BooleanSupplier condition) {
        final long from = proxy.world.nowNanos();
        proxy.runUntil(condition);
        return (proxy.world.nowNanos() - from) / 1e9;
    }

    @Test
    void shouldStopAcceptingAtTheLimitAndGoOnWhenATenthHasGone() {
        start("{\"max_connections\":10,\"max_buffers\":64}");
        backendAnswers(OK);
        final List<SimPeer> clients = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            clients.add(proxy.connect().send(GET));
        }
        proxy.runUntil(() -> served(clients).size() == 10);
        assertEquals(10, proxy.counter("client.connections"));
        assertEquals(1, proxy.counter("listener.connection_capped"));
        assertEquals(1, proxy.counter("accept_queue.backpressure"));
        served(clients).getFirst().close();
        proxy.runUntil(() -> served(clients).size() == 11);
        served(clients).forEach(SimPeer::close);
        proxy.runUntil(() -> served(clients).size() == 15);
    }

    private static List<SimPeer> served(final List<SimPeer> clients) {
        return clients.stream().filter(client -> client.receivedText().endsWith("ok")).toList();
    }

    @Test
    void shouldServeMoreConnectionsThanThereArePages() {
        start("{\"max_connections\":64,\"max_buffers\":8,\"buffer_size\":16384}");
        final SimBackend backend = new SimBackend(proxy, 4, 0, true);
        proxy.addBackend("b", backend.port());
        final SplittableRandom random = new SplittableRandom(4);
        final List<SimClient> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            clients.add(new SimClient(proxy,
                    List.of(new Script(i, true, random.nextBoolean(), 100_000, 'l', 100_000)),
                    false));
        }
        proxy.runUntil(() -> clients.stream().allMatch(SimClient::isDone));
        clients.forEach(client -> assertEquals(1, client.served(), client::toString));
        clients.forEach(client -> assertNull(client.wrong()));
    }

    @Test
    void shouldCloseTheOldestIdleBackendConnectionWhenANewOneNeedsItsPlace() {
        start("{\"max_connections\":3,\"max_buffers\":64}");
        for (int i = 0; i < 8; i++) {
            backendAnswers(OK);
        }
        final SimPeer client = proxy.connect();
        for (int i = 1; i <= 24; i++) {
            final int answers = i;
            client.send(GET);
            proxy.runUntil(() -> client.receivedText().split("200 OK", -1).length == answers + 1);
            assertTrue(proxy.counter("backend.connections") <= 3);
        }
        assertEquals(0, proxy.counter("http.errors"));
    }

    @Test
    void shouldAnswer408WhenTheHeadDoesNotComeWhole() {
        start();
        final SimPeer client = proxy.connect().send("GET / HTTP/1.1\r\nHos");
        assertEquals(10, secondsUntil(() -> client.receivedText().startsWith("HTTP/1.1 408 ")), 0.25);
        proxy.runUntil(client::isEnded);
    }

    @Test
    void shouldNotBeHeldByAHeadThatDripsIn() {
        start();
        final SimPeer client = proxy.connect().sendSlowly(GET.repeat(3).replace("\r\n\r\n", "\r\nX: y\r\n")
                .getBytes(ISO_8859_1), 1, SECOND / 2);
        assertEquals(10, secondsUntil(() -> client.receivedText().startsWith("HTTP/1.1 408 ")), 0.25);
    }

    @Test
    void shouldCloseASilentClientSilently() {
        start();
        final SimPeer client = proxy.connect();
        assertEquals(10, secondsUntil(client::isEnded), 0.25);
        assertEquals(0, client.receivedBytes());
    }

    @Test
    void shouldCloseAnIdleClientAfterTheFrontTimeout() {
        start();
        backendAnswers(OK);
        final SimPeer client = proxy.connect().send(GET);
        proxy.runUntil(() -> client.receivedText().endsWith("ok"));
        assertEquals(60, secondsUntil(client::isEnded), 0.25);
        assertFalse(client.receivedText().contains("408"));
    }

    @Test
    void shouldAnswer408WhenTheBodyStopsComing() {
        start();
        backend(peer -> { });
        final SimPeer client =
                proxy.connect().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
        assertEquals(60, secondsUntil(() -> client.receivedText().startsWith("HTTP/1.1 408 ")), 0.25);
        proxy.runUntil(() -> client.isEnded() && proxy.counter("backend.connections") == 0);
    }

    @Test
    void shouldAnswer504WhenTheBackendIsSilent() {
        start();
        backend(peer -> { });
        final SimPeer client = proxy.connect().send(GET);
        assertEquals(30, secondsUntil(() -> client.receivedText().startsWith("HTTP/1.1 504 ")), 0.25);
        assertEquals(0, proxy.counter("backend.connections"));
        client.send(GET);
        proxy.runUntil(() -> client.receivedText().split("HTTP/1.1 504", -1).length == 3);
    }

    @Test
    void shouldCutTheResponseWhenItStopsComing() {
        start();
        backendAnswers("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        final SimPeer client = proxy.connect().send(GET);
        proxy.runUntil(() -> client.receivedText().endsWith("half"));
        assertEquals(30, secondsUntil(client::isEnded), 0.25);
    }

    @Test
    void shouldAnswer503WhenNoBackendCanBeReached() {
        start();
        final int port = proxy.world.listen(0, peer -> { }).port();
        proxy.world.blackHole(port);
        proxy.addBackend("hole", port);
        final SimPeer client = proxy.connect().send(GET);
        assertEquals(3, secondsUntil(() -> client.receivedText().startsWith("HTTP/1.1 503 ")), 0.25);
    }

    @Test
    void shouldTryAnotherBackendWhenOneRefuses() {
        start();
        proxy.addBackend("dead", 9);
        backendAnswers(OK);
        for (int i = 0; i < 6; i++) {
            assertTrue(askOnce(GET).startsWith("HTTP/1.1 200 "));
        }
        assertTrue(proxy.counter("backend.connections.error") > 0);
    }

    private void backendThatDropsItsSecondRequest() {
        backend(peer -> {
            final int[] count = {0};
            peer.onBytes((p, bytes) -> {
                if (count[0]++ == 0) {
                    p.send(OK);
                } else {
                    p.close();
                }
            });
        });
    }

    @Test
    void shouldRepeatAnIdempotentRequestWhosePooledConnectionWasDead() {
        start();
        backendThatDropsItsSecondRequest();
        for (int i = 0; i < 4; i++) {
            assertTrue(askOnce(GET).startsWith("HTTP/1.1 200 "));
        }
        assertEquals(3, proxy.counter("backend.connect.retries"));
    }

    @Test
    void shouldNeverRepeatAPost() {
        start();
        backendThatDropsItsSecondRequest();
        assertTrue(askOnce("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
                .startsWith("HTTP/1.1 200 "));
        assertTrue(askOnce("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
                .startsWith("HTTP/1.1 502 "));
        assertEquals(0, proxy.counter("backend.connect.retries"));
    }

    @Test
    void shouldForgetAPooledConnectionThatTheBackendCloses() {
        start();
        backend(peer -> peer.onBytes((p, bytes) -> {
            p.send(OK);
            proxy.world.after(SECOND, p::close);
        }));
        askOnce(GET);
        assertEquals(1, proxy.counter("backend.connections"));
        proxy.runUntil(() -> proxy.counter("backend.connections") == 0);
        assertTrue(askOnce("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
                .startsWith("HTTP/1.1 200 "));
    }

    @Test
    void shouldRelayInterimHeadsAndTheBodyTheyAskFor() {
        start();
        final StringBuilder got = new StringBuilder();
        backend(peer -> peer.onBytes((p, bytes) -> {
            got.append(new String(bytes, ISO_8859_1));
            if (got.toString().endsWith("\r\n\r\n")) {
                p.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
            } else if (got.toString().endsWith("body")) {
                p.send(OK);
            }
        }));
        final SimPeer client = proxy.connect()
                .send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        proxy.runUntil(() -> client.receivedText().contains("100 Continue\r\n\r\n"));
        client.send("body");
        proxy.runUntil(() -> client.receivedText().endsWith("ok"));
        assertTrue(client.receivedText().startsWith("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"));
        assertFalse(client.isEnded());
    }

    @Test
    void shouldRelayAnEarlyAnswerAndLetTheClientReadIt() {
        start();
        proxy.world.buffers(8 << 10, 8 << 10);
        backend(peer -> peer.pauseReading().send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig"));
        final SimPeer client =
                proxy.connect().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
                .send(new byte[100_000]);
        proxy.runUntil(() -> client.receivedText().endsWith("big"));
        assertTrue(client.receivedText().contains("Connection: close\r\n"), client::receivedText);
        proxy.runUntil(() -> client.isEnded() || client.errno() != 0);
        assertEquals(0, client.errno());
        client.close();
        proxy.runUntil(() -> proxy.counter("client.connections") == 0);
        assertEquals(0, proxy.counter("backend.connections"));
    }

    @Test
    void shouldLetARemovedBackendFinishWhatItServes() {
        start();
        final List<SimPeer> served = new ArrayList<>();
        final int port = proxy.world.listen(0, peer -> peer.onBytes((p, bytes) -> served.add(p))).port();
        proxy.addBackend("b0", port);
        final SimPeer client = proxy.connect().send(GET);
        proxy.runUntil(() -> served.size() == 1);
        proxy.removeBackend("b0", port);
        assertTrue(askOnce(GET).startsWith("HTTP/1.1 503 "));
        served.getFirst().send(OK);
        proxy.runUntil(() -> client.receivedText().endsWith("ok"));
        assertEquals(0, proxy.counter("backend.connections"));
    }

    @Test
    void shouldDrainWithoutLosingARequest() {
        start();
        final SimBackend backend = new SimBackend(proxy, 8, 0, true);
        proxy.addBackend("b", backend.port());
        final SplittableRandom random = new SplittableRandom(8);
        final List<SimClient> clients = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            final List<Script> scripts = new ArrayList<>();
            for (int k = 0; k < 20; k++) {
                scripts.add(new Script(i * 20 + k, random.nextBoolean(), false, random.nextInt(5000), 'l',
                        random.nextInt(30_000)));
            }
            clients.add(new SimClient(proxy, scripts, false));
        }
        proxy.runUntil(() -> clients.stream().mapToInt(SimClient::served).sum() > 100);
        final SimPeer idle = proxy.connect();
        proxy.runUntil(() -> proxy.counter("listener.accepted.total") == 31);
        final boolean[] done = {false};
        proxy.worker.drain().start(30 * SECOND, true, () -> done[0] = true);
        proxy.runUntil(() -> done[0]);
        clients.forEach(client -> assertNull(client.wrong()));
        clients.forEach(client -> assertEquals(0, client.refused()));
        clients.forEach(client -> assertEquals(client.sent(), client.served(), client::toString));
        proxy.runUntil(idle::isEnded);
    }

    @Test
    void shouldEndADrainAtItsDeadline() {
        start();
        backend(peer -> { });
        proxy.connect().send(GET);
        proxy.runUntil(() -> proxy.counter("http.requests") == 1);
        final boolean[] done = {false};
        proxy.worker.drain().start(5 * SECOND, false, () -> done[0] = true);
        assertEquals(5, secondsUntil(() -> done[0]), 0.25);
        assertEquals(0, proxy.liveConnections());
    }
}
