package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Order;
import io.sozu.control.model.FailurePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Exchanges that wait for a backend with room, in virtual time; the invariants look for lost wake-ups. */
@ExtendWith(LeakCheck.class)
final class WaitingTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private final SimProxy proxy = new SimProxy(7, FaultPlan.none(), SimProxy.options());
    private final List<SimPeer> served = new ArrayList<>();
    private final List<String> order = new ArrayList<>();

    @AfterEach
    void close() {
        proxy.close();
    }

    /** Starts a backend that answers when a test tells it to. */
    private int silentBackend() {
        return proxy.world.listen(0, peer -> peer.onBytes((p, bytes) -> {
            final String text = new String(bytes, ISO_8859_1);
            if (text.startsWith("GET ") || text.startsWith("POST ")) {
                served.add(p);
                order.add(text.split(" ")[1]);
            }
        })).port();
    }

    private SimPeer ask(final String path) {
        return proxy.connect().send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    private List<SimPeer> askInOrder(final int count) {
        final List<SimPeer> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(ask("/" + i));
            final long asked = i + 1L;
            proxy.runUntil(() -> proxy.counter("http.requests") == asked);
        }
        return clients;
    }

    private long waiting() {
        proxy.turn();
        return proxy.counter("backend.queue.waiting");
    }

    private double secondsUntil(final BooleanSupplier condition) {
        final long from = proxy.world.nowNanos();
        proxy.runUntil(condition);
        return (proxy.world.nowNanos() - from) / 1e9;
    }

    private static boolean is(final SimPeer client, final int status) {
        return client.receivedText().startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void shouldGiveABackendNoMoreThanItMayHaveAndTheRestInOrderOfArrival() {
        proxy.addBackend("b", silentBackend(), 2);
        final List<SimPeer> clients = askInOrder(6);
        proxy.runUntil(() -> served.size() == 2);
        assertEquals(4, waiting());
        for (int i = 0; i < 6; i++) {
            final int next = i;
            proxy.runUntil(() -> served.size() > next);
            assertTrue(served.size() <= next + 2, "more than may be at a time");
            served.get(next).send(OK);
            proxy.runUntil(() -> is(clients.get(next), 200));
        }
        assertEquals(List.of("/0", "/1", "/2", "/3", "/4", "/5"), order);
        assertEquals(2, proxy.counter("backend.pool.miss"), "connections");
        assertEquals(4, proxy.counter("backend.queue.total"));
    }

    @Test
    void shouldNotWaitWhileAnotherBackendHasRoom() {
        proxy.addBackend("small", silentBackend(), 1);
        proxy.addBackend("large", silentBackend(), 0);
        askInOrder(8);
        proxy.runUntil(() -> served.size() == 8);
        assertEquals(0, proxy.counter("backend.queue.total"));
    }

    @Test
    void shouldAnswer503WhenAsManyWaitAsMay() {
        proxy.onFailure(new FailurePolicy(2, 5));
        proxy.addBackend("b", silentBackend(), 1);
        askInOrder(3);
        final SimPeer fourth = ask("/");
        proxy.runUntil(() -> is(fourth, 503));
        assertEquals(1, proxy.counter("backend.queue.full"));
        assertEquals(2, waiting());
    }

    @Test
    void shouldLetNobodyWaitWhenTheQueueHasNoPlace() {
        proxy.onFailure(new FailurePolicy(0, 5));
        proxy.addBackend("b", silentBackend(), 1);
        askInOrder(1);
        final SimPeer second = ask("/");
        proxy.runUntil(() -> is(second, 503));
    }

    @Test
    void shouldAnswer503WhenNoBackendHasRoomInTime() {
        proxy.onFailure(new FailurePolicy(10, 4));
        proxy.addBackend("b", silentBackend(), 1);
        final List<SimPeer> clients = askInOrder(3);
        assertEquals(4, secondsUntil(() -> is(clients.get(1), 503) && is(clients.get(2), 503)), 0.25);
        assertEquals(2, proxy.counter("backend.queue.timeout"));
        served.getFirst().send(OK);
        proxy.runUntil(() -> is(clients.get(0), 200));
        clients.get(1).takeReceived();
        clients.get(1).send("GET /again HTTP/1.1\r\nHost: a\r\n\r\n");
        proxy.runUntil(() -> served.size() == 2);
    }

    @Test
    void shouldLeaveTheLineWithTheClient() {
        proxy.addBackend("b", silentBackend(), 1);
        final List<SimPeer> clients = askInOrder(4);
        clients.get(2).reset();
        proxy.runUntil(() -> proxy.counter("client.connections") == 3);
        assertEquals(2, waiting());
        for (int i = 0; i < 3; i++) {
            final int next = i;
            proxy.runUntil(() -> served.size() == next + 1);
            served.get(next).send(OK);
        }
        proxy.runUntil(() -> is(clients.get(3), 200));
        assertEquals(List.of("/0", "/1", "/3"), order);
    }

    @Test
    void shouldReceiveABodyWhileItWaits() {
        proxy.addBackend("b", silentBackend(), 1);
        askInOrder(1);
        final SimPeer post = proxy.connect()
                .send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
                .send(new byte[100_000]);
        proxy.runUntil(() -> proxy.counter("backend.queue.waiting") == 1);
        proxy.runUntil(() -> served.size() == 1);
        served.getFirst().send(OK);
        proxy.runUntil(() -> served.size() == 2);
        served.getLast().send(OK);
        proxy.runUntil(() -> is(post, 200));
    }

    @Test
    void shouldServeThoseWhoWaitWhenABackendIsAddedOrMayHaveMore() {
        final int port = silentBackend();
        proxy.addBackend("b", port, 1);
        askInOrder(4);
        proxy.runUntil(() -> served.size() == 1);
        proxy.addBackend("b", port, 2);
        proxy.runUntil(() -> served.size() == 2);
        proxy.addBackend("c", silentBackend(), 0);
        proxy.runUntil(() -> served.size() == 4);
        assertEquals(0, waiting());
    }

    @Test
    void shouldAnswer503AtOnceWhenTheLastBackendIsRemovedAndLetItFinish() {
        final int port = silentBackend();
        proxy.addBackend("b", port, 1);
        final List<SimPeer> clients = askInOrder(3);
        proxy.runUntil(() -> served.size() == 1);
        proxy.removeBackend("b", port);
        assertEquals(0, secondsUntil(() -> is(clients.get(1), 503) && is(clients.get(2), 503)), 0.25);
        served.getFirst().send(OK);
        proxy.runUntil(() -> is(clients.get(0), 200));
        assertEquals(0, proxy.worker.clusters().drainingBackends());
    }

    @Test
    void shouldAnswer503AtOnceWhenTheClusterIsRemoved() {
        final int port = silentBackend();
        proxy.addBackend("b", port, 1);
        final List<SimPeer> clients = askInOrder(2);
        proxy.order(new Order.RemoveCluster(SimProxy.CLUSTER), -1);
        proxy.removeBackend("b", port);
        assertEquals(0, secondsUntil(() -> is(clients.get(1), 503)), 0.25);
    }

    @Test
    void shouldServeThoseWhoWaitWhenABackendMayBeTriedAgain() {
        proxy.addBackend("dead", 9, 0);
        proxy.addBackend("b", silentBackend(), 1);
        askInOrder(4);
        assertEquals(1, proxy.counter("backend.connections.error"));
        assertEquals(3, waiting());
        proxy.world.listen(9, peer -> peer.onBytes((p, bytes) -> served.add(p)));
        assertTrue(secondsUntil(() -> served.size() == 3) < 2.1, "tried again after 1 to 2 s");
        assertEquals(1, waiting());
    }

    @Test
    void shouldDrainThoseWhoWait() {
        proxy.addBackend("b", silentBackend(), 1);
        final List<SimPeer> clients = askInOrder(3);
        final boolean[] done = {false};
        proxy.worker.drain().start(30_000_000_000L, true, () -> done[0] = true);
        for (int i = 0; i < 3; i++) {
            final int next = i;
            proxy.runUntil(() -> served.size() == next + 1);
            served.get(next).send(OK);
        }
        proxy.runUntil(() -> done[0]);
        clients.forEach(client -> assertTrue(is(client, 200), client::receivedText));
    }

    @Test
    void shouldServeEveryoneUnderRandomTrafficWithoutALostWakeUp() {
        for (long seed = 1; seed <= 40; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            try (SimProxy other = new SimProxy(seed, FaultPlan.gentle(), SimProxy.options())) {
                other.onFailure(new FailurePolicy(64, 600));
                for (int i = 0; i <= random.nextInt(3); i++) {
                    other.addBackend("b" + i, new SimBackend(other, random.nextLong(), 0, true).port(),
                            1 + random.nextInt(3));
                }
                final List<SimClient> clients = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    clients.add(new SimClient(other, List.of(
                            new Script(2 * i, false, false, 0, 'c', random.nextInt(50_000)),
                            new Script(2 * i + 1, false, false, 0, 'l', random.nextInt(40_000))), false));
                    if (random.nextInt(8) == 0) {
                        other.world.after(random.nextLong(30_000_000), clients.removeLast().peer()::reset);
                    }
                }
                other.runUntil(() -> clients.stream().allMatch(SimClient::isDone));
                clients.forEach(client -> assertNull(client.wrong()));
                clients.forEach(client -> assertEquals(0, client.refused(), client::toString));
                clients.forEach(client -> client.peer().close());
                other.runUntil(() -> other.worker.traffic().exchanges().live() == 0);
                assertEquals(0, other.counter("backend.queue.waiting"));
            }
        }
    }
}
