package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.model.ListenerLimits;
import io.sozu.sessions.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which connections of clients the epoll is told of, and that nothing is missed of the others. */
@ExtendWith(LeakCheck.class)
final class LateRegistrationTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final StringBuilder received = new StringBuilder();
    private final AtomicReference<SimPeer> backend = new AtomicReference<>();
    private int asked;
    private SimProxy proxy;

    private void start(final WorkerOptions options, final ListenerLimits limits) {
        proxy = SimProxy.limited(options, limits);
        proxy.world.latency(0, 0);
        proxy.addBackend("b", proxy.world.listen(0, peer -> {
            backend.set(peer);
            peer.onBytes((p, bytes) -> asked++);
        }).port());
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private SimPeer client() {
        return proxy.connect().onBytes((peer, bytes) -> received.append(new String(bytes)));
    }

    private long added() {
        return proxy.kernel.calls().getOrDefault("epoll_ctl.1", 0L);
    }

    @Test
    void shouldAddAConnectionThatIsKept() {
        start(SimProxy.options(), ListenerLimits.DEFAULT);
        final long before = added();
        client().send(GET);
        proxy.runUntil(() -> asked == 1);
        assertEquals(before + 1, added(), "that to the backend");
        backend.get().send(OK);
        proxy.runUntil(() -> received.toString().endsWith("ok"));
        proxy.turn();
        assertEquals(before + 2, added());
    }

    @Test
    void shouldAddAConnectionThatDoesNotAskAtOnce() {
        start(SimProxy.options(), ListenerLimits.DEFAULT);
        final SimPeer client = client();
        final long before = added();
        proxy.runUntil(() -> added() == before + 1);
        client.send(GET);
        proxy.runUntil(() -> asked == 1);
    }

    @Test
    void shouldNoticeThatAClientGoesWhileABackendIsSlow() {
        start(SimProxy.options(), ListenerLimits.DEFAULT);
        final SimPeer client = client();
        client.send(GET);
        proxy.runUntil(() -> asked == 1);
        client.reset();
        final long askedNanos = proxy.kernel.monotonicNanos();
        proxy.runUntil(() -> proxy.counter("client.connections") == 0);
        assertTrue(proxy.kernel.monotonicNanos() - askedNanos <= 3 * LateRegistration.TICK_NANOS);
    }

    @Test
    void shouldAddThoseBeyondItsCapacityAtOnce() {
        final int clients = LateRegistration.CAPACITY + 10;
        start(WorkerOptions.parse("{\"max_connections\":" + 2 * clients + ",\"max_buffers\":" + 4 * clients
                + ",\"buffer_size\":1024}"), ListenerLimits.DEFAULT);
        final List<SimPeer> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            all.add(client());
            all.getLast().send(GET);
            if (i % 64 == 0) {
                proxy.worker.loop().runOnce(0);
            }
        }
        for (int turn = 0; asked < clients && turn < 10_000; turn++) {
            proxy.worker.loop().runOnce(0);
        }
        assertEquals(clients, asked);
        all.forEach(SimPeer::reset);
        for (int turn = 0; proxy.counter("client.connections") > 0 && turn < 10_000; turn++) {
            proxy.worker.loop().runOnce(LateRegistration.TICK_NANOS);
        }
        assertEquals(0, proxy.counter("client.connections"));
    }

    @Test
    void shouldNotResetAResponseByClosingOnWhatTheEpollDidNotTell() {
        start(SimProxy.options(), new ListenerLimits(0, 0, 1, 0, 128, 0));
        final SimPeer client = client();
        client.send(GET);
        proxy.runUntil(() -> asked == 1);
        client.send(GET);
        backend.get().send(OK);
        proxy.runUntil(() -> received.toString().endsWith("ok") && client.isEnded() || client.isReset());
        client.close();
        proxy.runUntil(() -> proxy.counter("client.connections") == 0);
        assertFalse(client.isReset(), "what the client sent too much must not cost it its response");
    }

    @Test
    void shouldNotLoseAResponseByClosingOnBytesThatCameUnnoticed() {
        start(SimProxy.options(), new ListenerLimits(0, 0, 1, 0, 128, 0));
        final SimPeer client = client();
        client.send(GET.substring(0, 5));
        proxy.runUntil(() -> proxy.counter("client.connections") == 1);
        proxy.turn();
        client.send(GET.substring(5));
        proxy.runUntil(() -> asked == 1);
        proxy.kernel.stallReading(frontFd(), 1_000_000_000);
        client.send(GET);
        backend.get().send(OK);
        proxy.runUntil(() -> proxy.counter("client.connections") == 0);
        proxy.world.sleep(1_000_000_000);
        assertTrue(received.toString().endsWith("ok"), () -> "received " + received);
    }

    private int frontFd() {
        final Connection connection = proxy.worker.traffic().newConnection();
        for (int slot = 0; ; slot++) {
            if (proxy.worker.traffic().connections().isLive(slot) && connection.wrap(slot).isFront()) {
                return connection.fd();
            }
        }
    }
}
