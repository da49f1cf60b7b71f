package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.tls.TlsSettings;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on a simulated kernel: what it costs, and however the bytes come. */
@ExtendWith(LeakCheck.class)
final class TlsSimTest {
    private static final TestCertificate CERTIFICATE = TestCertificate.make("EC", "a.test");
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private SimProxy proxy;

    @BeforeEach
    void start() {
        proxy = new SimProxy(3, FaultPlan.none(), SimProxy.options());
        proxy.world.latency(0, 0);
        proxy.addBackend("b", proxy.world.listen(0, peer -> {
            final MessageReader reader = new MessageReader(false, message -> peer.send(OK));
            peer.onBytes((p, bytes) -> reader.take(bytes));
        }).port());
        proxy.worker.tls().put(0, TlsSettings.DEFAULT, CERTIFICATE.served());
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private long calls(final Map<String, Long> counts, final String name) {
        return counts.getOrDefault(name, 0L);
    }

    private void ask(final SimTlsClient client, final int answers) {
        client.send(GET);
        proxy.runUntil(() -> client.received().split("ok", -1).length - 1 == answers);
    }

    @Test
    void shouldMakeTwoReceivesAndTwoSendsOfAKeptExchange() {
        final SimTlsClient client = new SimTlsClient(proxy, SimTlsClient.context(), 0);
        ask(client, 1);
        ask(client, 2);
        final Map<String, Long> before = Map.copyOf(proxy.kernel.calls());
        ask(client, 3);
        assertEquals(2, calls(proxy.kernel.calls(), "recv") - calls(before, "recv"));
        assertEquals(2, calls(proxy.kernel.calls(), "send") - calls(before, "send"));
        assertEquals(0, proxy.worker.traffic().pool().used(), "an idle connection holds no page");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100})
    void shouldServeAClientWhoseBytesComeInPieces(final int pieceBytes) {
        final SimTlsClient client = new SimTlsClient(proxy, SimTlsClient.context(), pieceBytes);
        ask(client, 1);
        ask(client, 2);
        assertEquals(0, proxy.counter("sessions.broken"));
        assertEquals(1, proxy.counter("tls.handshakes"));
    }
}
