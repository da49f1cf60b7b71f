package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.tls.TlsSettings;
import java.util.Map;
import javax.net.ssl.SSLContext;
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
        proxy.addBackend("b", peer -> peer.send(OK));
        proxy.worker.tls().put(0, TlsSettings.DEFAULT, CERTIFICATE.served());
    }

    @AfterEach
    void close() {
        proxy.close();
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
        assertEquals(Map.of("recv", 2L, "send", 2L), proxy.callsButWaits(() -> ask(client, 3)));
        assertEquals(0, proxy.worker.traffic().pool().used(), "an idle connection holds no page");
    }

    /**
     * With an exchange: a receive for the hello, one for the end of the handshake, one each for request and
     * response; a send for the answer to the hello, one for each ticket, two for the exchange.
     */
    @Test
    void shouldMakeTheLeastOfAHandshake() {
        final Map<String, Long> full = Map.of("accept", 2L, "epoll_ctl.1", 1L, "recv", 4L, "send", 5L);
        final Map<String, Long> resumed = Map.of("accept", 2L, "epoll_ctl.1", 1L, "recv", 4L, "send", 4L);
        final SSLContext context = SimTlsClient.context();
        ask(new SimTlsClient(proxy, SimTlsClient.context(), 0), 1);
        assertEquals(full, proxy.callsButWaits(() -> ask(new SimTlsClient(proxy, context, 0), 1)));
        for (int i = 0; i < 5; i++) {
            assertEquals(resumed, proxy.callsButWaits(() -> ask(new SimTlsClient(proxy, context, 0), 1)));
        }
    }

    @Test
    void shouldSendTicketsWithTheFirstAnswerAndTheEndWithTheLast() {
        final SimTlsPeer client = new SimTlsClient(proxy, SimTlsClient.context(), 0).peer();
        client.send("");
        proxy.runUntil(() -> proxy.counter("tls.handshakes") == 1);
        final int handshake = client.packets();
        client.send(GET);
        proxy.runUntil(() -> client.received().endsWith("ok"));
        assertEquals(handshake + 1, client.packets());
        client.send("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
        proxy.runUntil(client::hasHeardCloseNotify);
        assertEquals(handshake + 2, client.packets());
    }

    @Test
    void shouldSendTicketsToAClientThatAsksNothing() {
        final SimTlsPeer client = new SimTlsClient(proxy, SimTlsClient.context(), 0).peer();
        client.send("");
        proxy.runUntil(() -> proxy.counter("tls.handshakes") == 1);
        final int handshake = client.packets();
        proxy.world.sleep(250_000_000);
        assertEquals(handshake + 1, client.packets());
    }

    /** Its request comes when it is refused already; a reset would take the alert away from it. */
    @Test
    void shouldLetAClientWithoutACertificateReadWhyItIsRefused() {
        proxy.worker.tls().put(0, new TlsSettings(true, true, "", "", "", "", 2, false, false,
                TlsSettings.DEFAULT.handshakeNanos(), new TlsSettings.ClientCheck(true, true,
                CERTIFICATE.served().chain(), 1, "")), CERTIFICATE.served());
        proxy.world.latency(1_000_000, 1_000_000);
        final SimTlsPeer client = new SimTlsClient(proxy, SimTlsClient.context(), 0).peer();
        client.send("");
        proxy.runUntil(() -> proxy.counter("tls.handshakes.failed.client_certificate") == 1);
        client.peer().pauseReading().send("a request that was under way");
        proxy.world.after(5_000_000, () -> client.peer().send("and its body"));
        proxy.world.after(10_000_000, client.peer()::resumeReading);
        proxy.runUntil(() -> client.failure() != null || client.peer().errno() != 0);
        assertEquals(0, client.peer().errno());
        assertTrue(client.failure().getMessage().contains("certificate_required"),
                client.failure()::getMessage);
        proxy.runUntil(() -> proxy.counter("client.connections") == 0);
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
