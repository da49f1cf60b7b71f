package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Order;
import io.sozu.protocols.tls.TlsSettings;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** So many handshakes at a time, each for so long. */
@ExtendWith(LeakCheck.class)
final class HandshakeLimitTest {
    private static final TestCertificate CERTIFICATE = TestCertificate.make("EC", "a.test");
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    /** The head of a record, of which nothing follows. */
    private static final byte[] BEGUN = HexFormat.of().parseHex("1603010200");
    private static final long SECOND_NANOS = 1_000_000_000;
    private SimProxy proxy;

    @BeforeEach
    void start() {
        proxy = new SimProxy(3, FaultPlan.none(), WorkerOptions.parse(
                "{\"max_connections\":64,\"max_buffers\":64,\"buffer_size\":16384,\"max_handshakes\":3}"));
        proxy.addBackend("b", peer -> peer.send(OK));
        proxy.worker.tls().put(0, TlsSettings.DEFAULT, CERTIFICATE.served());
    }

    @AfterEach
    void close() {
        assertEquals(0, proxy.counter("sessions.broken"));
        proxy.close();
    }

    private List<SimPeer> slow(final int count) {
        final List<SimPeer> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(proxy.connect().send(BEGUN));
        }
        proxy.runUntil(() -> proxy.counter("tls.handshakes.active") == Math.min(count, 3)
                && proxy.liveConnections() == count);
        return clients;
    }

    private static boolean isOver(final SimPeer client) {
        return client.isEnded() || client.errno() != 0;
    }

    @Test
    void shouldLetThoseThatAreTooManyWaitForTheOthers() {
        final List<SimPeer> clients = slow(3);
        final SimTlsClient next = new SimTlsClient(proxy, SimTlsClient.context(), 0);
        next.send(GET);
        proxy.runUntil(() -> proxy.counter("tls.handshakes.waiting") == 1);
        proxy.world.sleep(SECOND_NANOS / 10);
        proxy.turn();
        assertEquals("", next.received());
        clients.getFirst().close();
        proxy.runUntil(() -> next.received().endsWith("ok"));
        assertEquals(1, proxy.counter("tls.handshakes.failed.client_left"));
        assertEquals(0, proxy.counter("tls.handshakes.waiting"));
        assertEquals(2, proxy.counter("tls.handshakes.active"));
        assertFalse(isOver(clients.get(1)));
    }

    @Test
    void shouldGiveUpTheSlowSoonWhenOthersWait() {
        final List<SimPeer> clients = slow(3);
        final long start = proxy.kernel.monotonicNanos();
        final SimTlsClient next = new SimTlsClient(proxy, SimTlsClient.context(), 0);
        next.send(GET);
        proxy.runUntil(() -> next.received().endsWith("ok"));
        assertTrue(proxy.kernel.monotonicNanos() - start < 2 * SECOND_NANOS);
        proxy.runUntil(() -> clients.stream().allMatch(HandshakeLimitTest::isOver));
        assertEquals(3, proxy.counter("tls.handshakes.failed.crowded_out"));
    }

    @Test
    void shouldServeMoreClientsThanThereArePlacesBehindThoseWhoNeverSayAWord() {
        slow(40);
        for (int i = 0; i < 20; i++) {
            final SimTlsClient next = new SimTlsClient(proxy, SimTlsClient.context(), 0);
            next.send(GET);
            proxy.runUntil(() -> next.received().endsWith("ok"));
            next.close();
        }
        proxy.runUntil(() -> proxy.liveConnections() <= 1);
        assertTrue(proxy.worker.handshakes().isEmpty());
        assertEquals(0, proxy.counter("tls.handshakes.active"));
    }

    @Test
    void shouldEndWhatTakesTooLong() {
        proxy.order(new Order.Logging("info"), -1);
        final SimPeer silent = proxy.connect();
        final SimPeer begun = proxy.connect().send(BEGUN);
        final long start = proxy.kernel.monotonicNanos();
        proxy.runUntil(() -> isOver(silent) && isOver(begun));
        final long tookNanos = proxy.kernel.monotonicNanos() - start;
        assertTrue(tookNanos >= 10 * SECOND_NANOS && tookNanos < 11 * SECOND_NANOS, "took " + tookNanos);
        assertEquals(2, proxy.counter("tls.handshakes.failed.timeout"));
        assertTrue(proxy.loggedBytes() > 0);
    }
}
