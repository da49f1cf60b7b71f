package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.Fault;
import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.tls.TlsSettings;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections whose records a simulated kernel makes, against Java's own TLS. */
@ExtendWith(LeakCheck.class)
final class KernelTlsSimTest {
    private static final TestCertificate CERTIFICATE = TestCertificate.make("EC", "a.test");
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final int LARGE_BYTES = 900_000;
    private SimProxy proxy;

    private void start(final TlsSettings settings, final FaultPlan plan, final long seed,
            final String answer) {
        proxy = new SimProxy(seed, plan, SimProxy.options());
        proxy.world.latency(0, 0);
        proxy.addBackend("b", peer -> peer.send(answer));
        proxy.worker.tls().put(0, settings, CERTIFICATE.served());
    }

    private void start() {
        start(KernelTlsWireTest.BY_KERNEL, FaultPlan.none(), 3, OK);
    }

    @AfterEach
    void close() {
        proxy.runUntil(() -> proxy.counter("client.connections") == 0);
        assertEquals(0, proxy.counter("sessions.broken"));
        proxy.close();
    }

    private void ask(final SimTlsClient client, final int answers) {
        client.send(GET);
        proxy.runUntil(() -> client.received().split("ok", -1).length - 1 == answers);
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3,TLS_AES_128_GCM_SHA256",
        "TLSv1.3,TLS_AES_256_GCM_SHA384",
        "TLSv1.3,TLS_CHACHA20_POLY1305_SHA256",
        "TLSv1.2,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLSv1.2,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLSv1.2,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"})
    void shouldBeUnderstoodInEveryCipher(final String version, final String cipher) {
        start();
        final SimTlsClient client = new SimTlsClient(proxy, SimTlsClient.context(), 0);
        client.engine().setEnabledProtocols(new String[] {version});
        client.engine().setEnabledCipherSuites(new String[] {cipher});
        ask(client, 1);
        assertEquals(cipher, client.engine().getSession().getCipherSuite());
        assertEquals(1, proxy.counter("tls.handshakes.ktls"));
        assertEquals(Map.of("recv", 2L, "send", 2L), proxy.callsButWaits(() -> ask(client, 2)));
        client.peer().sendCloseNotify();
        proxy.runUntil(() -> client.peer().hasHeardCloseNotify());
        client.close();
    }

    /** The first of them is a full handshake, the others resume. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldResume(final String version) {
        start();
        final SSLContext context = SimTlsClient.context();
        for (int i = 0; i < 4; i++) {
            final SimTlsClient client = new SimTlsClient(proxy, context, 0);
            client.engine().setEnabledProtocols(new String[] {version});
            ask(client, 1);
            client.close();
        }
        assertEquals(4, proxy.counter("tls.handshakes.ktls"));
        assertEquals(3, proxy.counter("tls.handshakes.resumed"));
    }

    /** A client that is told before the end of its connection that nothing more comes has got everything. */
    @Test
    void shouldSayThatNothingMoreComes() {
        start();
        final SimTlsClient client = new SimTlsClient(proxy, SimTlsClient.context(), 0);
        client.send("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
        proxy.runUntil(() -> client.peer().peer().isEnded());
        assertTrue(client.received().endsWith("ok"));
        assertTrue(client.peer().hasHeardCloseNotify());
        client.close();
    }

    @Test
    void shouldGoOnWhereTheKernelHasNoTls() {
        start();
        proxy.kernel.offerTls(false);
        final SimTlsClient client = new SimTlsClient(proxy, SimTlsClient.context(), 0);
        ask(client, 1);
        ask(client, 2);
        client.close();
        assertEquals(1, proxy.counter("tls.handshakes"));
        assertEquals(0, proxy.counter("tls.handshakes.ktls"));
    }

    @Test
    void shouldLeaveTheKernelAloneWhereItIsNotAsked() {
        start(TlsSettings.DEFAULT, FaultPlan.none(), 3, OK);
        final SimTlsClient client = new SimTlsClient(proxy, SimTlsClient.context(), 0);
        ask(client, 1);
        client.close();
        assertEquals(0, proxy.counter("tls.handshakes.ktls"));
    }

    /** The kernel would go on with the old key; a connection that ends is better than one of garbage. */
    @Test
    void shouldEndAConnectionWhoseClientWantsAnotherKey() throws SSLException {
        start();
        final SimTlsClient client = new SimTlsClient(proxy, SimTlsClient.context(), 0);
        ask(client, 1);
        client.engine().beginHandshake();
        client.send(GET);
        proxy.runUntil(() -> client.peer().peer().isEnded() || client.peer().peer().errno() != 0);
        assertFalse(client.received().endsWith("okok"));
        client.close();
    }

    /** Room comes and goes, sockets take a part, and not one byte is lost or twice. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void shouldCarryLargeAnswersHoweverLittleASocketTakes(final long seed) {
        final String body = IntStream.range(0, LARGE_BYTES / 8).mapToObj(i -> i * seed + " ")
                .collect(Collectors.joining());
        start(KernelTlsWireTest.BY_KERNEL, FaultPlan.none().with(Fault.SHORT_WRITE, 0.2)
                .with(Fault.WRITE_AGAIN, 0.1).with(Fault.SHORT_READ, 0.1), seed,
                "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        proxy.world.buffers(4 << seed % 6 << 10, 4 << seed % 5 << 10).segmentBytes(1000);
        final SimTlsClient client = new SimTlsClient(proxy, SimTlsClient.context(), 0);
        client.send(GET);
        proxy.runUntil(() -> client.received().endsWith(body));
        assertEquals(1, proxy.counter("tls.handshakes.ktls"));
        client.close();
    }
}
