package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Order;
import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ListenerAdmission;
import io.sozu.control.model.RateLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Limits of connections, reached and released; the invariants count the claims after each turn. */
final class AdmissionTest extends AdmissionRig {
    @Test
    void shouldCountNothingWhileThereIsNoLimit() {
        start(ListenerAdmission.DEFAULT);
        served("10.0.0.1");
        assertFalse(proxy.worker.admission().isOn());
        assertEquals(0, proxy.counter("limits.claims"));
    }

    @Test
    void shouldLeaveConnectionsInTheQueueWhileAListenerHasAllItMayHave() {
        start(new ListenerAdmission(2, 0));
        final SimPeer first = served("10.0.0.1");
        final SimPeer second = served("10.0.0.1");
        final SimPeer third = connect("10.0.0.2").send(GET);
        final SimPeer fourth = connect("10.0.0.3").send(GET);
        for (int turn = 0; turn < 20; turn++) {
            proxy.turn();
        }
        assertEquals(2, proxy.counter("client.connections"));
        assertTrue(third.isConnected() && third.receivedBytes() == 0 && fourth.receivedBytes() == 0);
        assertEquals(1, proxy.counter("listener.limited.connections"), "told once for each time it stops");
        leave(first);
        proxy.runUntil(() -> third.receivedText().endsWith("ok"));
        assertEquals(0, fourth.receivedBytes());
        second.reset();
        proxy.runUntil(() -> fourth.receivedText().endsWith("ok"));
    }

    @Test
    void shouldLetAnotherListenerAcceptMeanwhile() {
        start(new ListenerAdmission(1, 0));
        proxy.addListener(8081, ListenerAdmission.DEFAULT);
        served("10.0.0.1");
        connect("10.0.0.1").send(GET);
        proxy.turn();
        final SimPeer other = proxy.world.connect("10.0.0.1", "127.0.0.1", 8081);
        ask(other, 200);
    }

    @Test
    void shouldResetAtOnceWhatASourceHasTooManyOf() {
        start(new ListenerAdmission(0, 2));
        final SimPeer first = served("10.0.0.1");
        served("10.0.0.1");
        final SimPeer third = connect("10.0.0.1");
        proxy.runUntil(third::isReset);
        served("10.0.0.2");
        assertEquals(3, proxy.counter("limits.claims"));
        assertEquals(1, proxy.counter("listener.refused.connections_per_source"));
        assertEquals(3, proxy.counter("listener.accepted.total"));
        leave(first);
        served("10.0.0.1");
    }

    @Test
    void shouldAnswer429ToASourceWithTooManyConnectionsToAClusterAndKeepTheConnection() {
        start(2, 7);
        final SimPeer first = served("10.0.0.1");
        final SimPeer second = served("10.0.0.1");
        final SimPeer third = ask(connect("10.0.0.1"), 429);
        assertTrue(third.receivedText().contains("\r\nRetry-After: 7\r\n"), third::receivedText);
        assertFalse(third.receivedText().contains("Connection: close"));
        ask(first, 200);
        ask(second, 200);
        ask(third, 429);
        served("10.0.0.2");
        assertEquals(2, proxy.counter("http.refused.connections_per_ip"));
        leave(first);
        ask(third, 200);
        final SimPeer fourth = ask(connect("10.0.0.1"), 429);
        leave(third);
        ask(fourth, 200);
    }

    @Test
    void shouldShowTheBackendNothingOfWhatIsRefused() {
        start(1, 0);
        served("10.0.0.1");
        final long given = proxy.counter("backend.pool.hit") + proxy.counter("backend.pool.miss");
        final SimPeer refused = ask(connect("10.0.0.1"), 429);
        assertFalse(refused.receivedText().contains("Retry-After"), refused::receivedText);
        assertEquals(given, proxy.counter("backend.pool.hit") + proxy.counter("backend.pool.miss"));
        final SimPeer uploading = connect("10.0.0.1")
                .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1");
        proxy.runUntil(() -> uploading.receivedText().startsWith("HTTP/1.1 429 "));
        assertTrue(uploading.receivedText().contains("Connection: close\r\n"), uploading::receivedText);
    }

    @Test
    void shouldCountAConnectionForTheClusterItsLastRequestWasFor() {
        start(1, 0);
        proxy.addCluster("other", "other.test", new ClusterAdmission(1, 0));
        final SimPeer first = served("10.0.0.1");
        final SimPeer second = ask(connect("10.0.0.1"), 429);
        first.takeReceived();
        first.send("GET / HTTP/1.1\r\nHost: other.test\r\n\r\n");
        proxy.runUntil(() -> first.receivedText().startsWith("HTTP/1.1 503 "));
        ask(second, 200);
        ask(first, 429);
        second.takeReceived();
        second.send("GET / HTTP/1.1\r\nHost: other.test\r\n\r\n");
        proxy.runUntil(() -> second.receivedText().startsWith("HTTP/1.1 429 "));
        assertEquals(2, proxy.counter("limits.claims"));
    }

    @Test
    void shouldTakeTheDefaultsOfTheTopLevelWhereAClusterSaysNothing() {
        proxy = new SimProxy(9, FaultPlan.none(), WorkerOptions.parse("{\"max_connections\":64,"
                + "\"max_buffers\":64,\"max_connections_per_ip\":1,\"retry_after\":9}"));
        backend();
        served("10.0.0.1");
        final SimPeer refused = ask(connect("10.0.0.1"), 429);
        assertTrue(refused.receivedText().contains("\r\nRetry-After: 9\r\n"), refused::receivedText);
        order(0, null);
        ask(refused, 200);
    }

    @Test
    void shouldObeyALimitThatIsSetRaisedLoweredAndTakenAwayWhileConnectionsLive() {
        start(0, null);
        final SimPeer first = served("10.0.0.1");
        final SimPeer second = served("10.0.0.1");
        order(1, null);
        ask(first, 200);
        ask(second, 429);
        order(2, null);
        ask(second, 200);
        order(1, null);
        ask(second, 200);
        ask(connect("10.0.0.1"), 429);
        order(0, null);
        ask(connect("10.0.0.1"), 200);
        assertEquals(2, proxy.counter("limits.claims"));
        order(2, null);
        final SimPeer last = ask(connect("10.0.0.1"), 429);
        leave(second);
        ask(last, 200);
        proxy.order(new Order.RemoveCluster(SimProxy.CLUSTER), -1);
        ask(last, 503);
        order(1, null);
        ask(first, 200);
    }

    @Test
    void shouldReleaseWhatConnectionsOfARemovedListenerHold() {
        start(new ListenerAdmission(0, 1));
        final SimPeer first = served("10.0.0.1");
        proxy.removeListener(SimProxy.PORT);
        assertEquals(1, proxy.worker.admission().claims());
        proxy.addListener(8081, new ListenerAdmission(0, 1));
        ask(proxy.world.connect("10.0.0.1", "127.0.0.1", 8081), 200);
        final SimPeer third = proxy.world.connect("10.0.0.1", "127.0.0.1", 8081);
        proxy.runUntil(third::isReset);
        leave(first);
        proxy.runUntil(() -> proxy.counter("limits.claims") == 1);
    }

    /** Clients come and go in every way there is, limits change: at the end nothing is claimed. */
    @Test
    void shouldHoldNoClaimWhenEverybodyHasGone() {
        for (long seed = 1; seed <= 60; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            if (proxy != null) {
                proxy.close();
            }
            proxy = SimProxy.admitting(seed, FaultPlan.gentle(), new ListenerAdmission(
                    random.nextInt(3) == 0 ? 0 : 3 + random.nextInt(20), random.nextInt(6),
                    random(random), random(random), random(random), random(random)));
            order(random.nextInt(5), random.nextInt(3));
            proxy.addBackend("b", new SimBackend(proxy, random.nextLong(), 20, true).port());
            final List<SimPeer> clients = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                final Script script = Script.random(i, random, 30_000);
                final SimPeer client = connect("10.0.0." + random.nextInt(4)).send(script.request());
                clients.add(client);
                switch (random.nextInt(6)) {
                    case 0 -> proxy.world.after(random.nextLong(30_000_000), client::reset);
                    case 1 -> proxy.world.after(random.nextLong(30_000_000), client::shutdownWrite);
                    case 2 -> client.send(script.request());
                    default -> assertNotNull(client);
                }
                switch (random.nextInt(20)) {
                    case 0, 1 -> order(random.nextInt(4), null);
                    case 2 -> order(random(random), random(random));
                    default -> proxy.turn();
                }
                proxy.turn();
            }
            clients.forEach(client -> proxy.world.after(random.nextLong(200_000_000), client::close));
            proxy.runUntil(() -> clients.stream().allMatch(SimPeer::isClosed)
                    && proxy.worker.traffic().exchanges().live() == 0
                    && proxy.counter("client.connections") == 0);
            assertEquals(0, proxy.worker.admission().claims(), "seed " + seed);
            assertEquals(0, proxy.counter("limits.claims"));
            assertEquals(0, proxy.counter("sessions.broken"));
        }
    }

    private static RateLimit random(final SplittableRandom random) {
        return random.nextInt(3) == 0 ? RateLimit.NONE : new RateLimit(1 << random.nextInt(10),
                random.nextInt(20));
    }

    @Test
    void shouldWriteALineForEachLimitEveryTenSecondsAtMost() {
        start(1, 0);
        served("10.0.0.1");
        final SimPeer refused = ask(connect("10.0.0.1"), 429);
        final int once = proxy.loggedBytes();
        assertTrue(once > 0);
        for (int i = 0; i < 50; i++) {
            ask(refused, 429);
        }
        assertEquals(once, proxy.loggedBytes());
        proxy.world.sleep(11_000_000_000L);
        ask(refused, 429);
        assertTrue(proxy.loggedBytes() > once);
    }
}
