package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.BackendTls;
import io.sozu.control.model.ClusterConfig;
import io.sozu.protocols.tls.BackendTlsSettings;
import java.net.InetSocketAddress;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS to backends on a simulated kernel: what it costs, and how it ends. */
@ExtendWith(LeakCheck.class)
final class TlsBackendSimTest {
    private static final TestCertificate CERTIFICATE = TestCertificate.make("EC", "b.test");
    private static final TestCertificate OTHER = TestCertificate.make("EC", "other.test");
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String OK_CLOSE =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    private static final String ENDLESS = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok";

    private SimProxy proxy;
    private int connections;

    @BeforeEach
    void start() {
        proxy = new SimProxy(3, FaultPlan.none(), SimProxy.options());
        proxy.world.latency(0, 0);
    }

    @AfterEach
    void close() {
        proxy.close();
        assertEquals(0, proxy.worker.secured().sessions(), "sessions that nobody frees");
    }

    private static BackendTlsSettings believing(final TestCertificate authority) {
        return new BackendTlsSettings(true, authority.served().chain(), true, true, null);
    }

    /** Adds a backend that speaks TLS and does something for each request. */
    private void addBackend(final int pieceBytes, final BiConsumer<SimTlsPeer, SimPeer> answer) {
        proxy.addBackend("b", listen(pieceBytes, answer));
        secure(believing(CERTIFICATE), "b.test");
    }

    private int listen(final int pieceBytes, final BiConsumer<SimTlsPeer, SimPeer> answer) {
        final SSLContext context = CERTIFICATE.context();
        return proxy.world.listen(0, peer -> {
            connections++;
            final SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(false);
            final SimTlsPeer server = new SimTlsPeer(proxy.world, peer, engine, pieceBytes);
            final MessageReader reader =
                    new MessageReader(false, message -> answer.accept(server, peer));
            server.onText(text -> reader.take(text.getBytes(ISO_8859_1)));
        }).port();
    }

    private void secure(final BackendTlsSettings settings, final String name) {
        proxy.worker.secured().put(0, settings, name, name);
    }

    private String ask(final SimPeer client, final int answers) {
        client.send(GET);
        proxy.runUntil(() -> client.receivedText().split("HTTP/1.1 ", -1).length - 1 == answers
                && !client.receivedText().endsWith("\r\n\r\n"));
        return client.receivedText();
    }

    private String askOnce() {
        final SimPeer client = proxy.connect();
        final String answer = ask(client, 1);
        client.close();
        return answer;
    }

    private long calls(final String name) {
        return proxy.kernel.calls().getOrDefault(name, 0L);
    }

    @Test
    void shouldMakeTwoReceivesAndTwoSendsOfAKeptExchange() {
        addBackend(0, (server, peer) -> server.send(OK));
        final SimPeer client = proxy.connect();
        ask(client, 1);
        ask(client, 2);
        final long receives = calls("recv");
        final long sends = calls("send");
        ask(client, 3);
        assertEquals(2, calls("recv") - receives);
        assertEquals(2, calls("send") - sends);
        assertEquals(1, connections);
        assertEquals(1, proxy.counter("backend.tls.handshakes"));
        assertEquals(0, proxy.worker.traffic().pool().used(), "an idle connection holds no page");
    }

    @Test
    void shouldResumeTheLastSessionOfABackend() {
        addBackend(0, (server, peer) -> server.send(OK_CLOSE));
        for (int i = 0; i < 5; i++) {
            assertTrue(askOnce().endsWith("ok"));
        }
        assertEquals(5, connections);
        assertEquals(5, proxy.counter("backend.tls.handshakes"));
        assertEquals(4, proxy.counter("backend.tls.handshakes.resumed"));
        assertEquals(1, proxy.worker.secured().sessions());
    }

    @Test
    void shouldResumeNoSessionOfOtherSettings() {
        addBackend(0, (server, peer) -> server.send(OK_CLOSE));
        askOnce();
        secure(believing(OTHER), "b.test");
        assertTrue(askOnce().startsWith("HTTP/1.1 502"));
        secure(believing(CERTIFICATE), "b.test");
        assertTrue(askOnce().startsWith("HTTP/1.1 200"));
        assertEquals(0, proxy.counter("backend.tls.handshakes.resumed"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100})
    void shouldReadABackendWhoseBytesComeInPieces(final int pieceBytes) {
        addBackend(pieceBytes, (server, peer) -> server.send(OK));
        final SimPeer client = proxy.connect();
        ask(client, 1);
        ask(client, 2);
        assertEquals(0, proxy.counter("sessions.broken"));
        assertEquals(1, proxy.counter("backend.tls.handshakes"));
    }

    @ParameterizedTest
    @CsvSource({"wrong.test,hostname mismatch", "127.0.0.1,IP address mismatch"})
    void shouldRefuseACertificateOfAnotherName(final String name, final String why) {
        addBackend(0, (server, peer) -> server.send(OK));
        secure(believing(CERTIFICATE), name);
        assertTrue(askOnce().startsWith("HTTP/1.1 502"));
        assertEquals(1, connections, "another attempt would end the same way");
        assertEquals(1, proxy.counter("backend.tls.handshakes.failed"));
        assertTrue(proxy.takeLog().contains("its certificate is refused: " + why));
        askOnce();
        assertEquals("", proxy.takeLog(), "one line every ten seconds");
    }

    @Test
    void shouldRefuseACertificateThatNobodyVouchesForUnlessToldNotToLook() {
        addBackend(0, (server, peer) -> server.send(OK));
        secure(believing(OTHER), "b.test");
        assertTrue(askOnce().startsWith("HTTP/1.1 502"));
        assertTrue(proxy.takeLog().contains("its certificate is refused: self"));
        secure(new BackendTlsSettings(false, "", true, true, null), null);
        assertTrue(askOnce().endsWith("ok"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTakeAResponseForWholeOnlyWhenTheBackendSaysSo(final boolean whole) {
        final StringBuilder end = new StringBuilder();
        final SimPeer client = proxy.connect();
        client.onError(p -> end.append("reset")).onEnd(p -> end.append("end"));
        addBackend(0, (server, peer) -> {
            server.send(ENDLESS);
            proxy.world.after(1_000_000, () -> {
                if (whole) {
                    server.sendCloseNotify();
                }
                peer.shutdownWrite();
            });
        });
        client.send(GET);
        proxy.runUntil(() -> !end.isEmpty());
        assertTrue(client.receivedText().startsWith("HTTP/1.1 200"));
        assertEquals(whole ? "end" : "reset", end.toString());
    }

    @Test
    void shouldAnswer504WhenAHandshakeDoesNotEnd() {
        proxy.addBackend("b", proxy.world.listen(0, peer -> connections++).port());
        secure(BackendTlsSettings.DEFAULT, "b.test");
        assertTrue(askOnce().startsWith("HTTP/1.1 504"));
        assertTrue(proxy.takeLog().contains("its TLS handshake did not end in time"));
    }

    @ParameterizedTest
    @CsvSource({"'',the connection broke off", "HTTP/1.1 400 no,wrong version number"})
    void shouldAnswer502WhenABackendDoesNotSpeakTls(final String said, final String why) {
        proxy.addBackend("b", proxy.world.listen(0, peer -> peer.onBytes((from, bytes) -> {
            connections++;
            if (!said.isEmpty()) {
                peer.send(said);
            }
            peer.close();
        })).port());
        secure(BackendTlsSettings.DEFAULT, "b.test");
        assertTrue(askOnce().startsWith("HTTP/1.1 502"));
        assertTrue(proxy.takeLog().contains("its TLS handshake failed: " + why));
    }

    @Test
    void shouldGiveNoExchangeAConnectionOfOldSettings() {
        addBackend(0, (server, peer) -> server.send(OK));
        final SimPeer client = proxy.connect();
        ask(client, 1);
        proxy.worker.closer().retire(proxy.worker.clusters().backend(0));
        secure(new BackendTlsSettings(true, CERTIFICATE.served().chain(), true, false, null), "b.test");
        ask(client, 2);
        assertEquals(2, connections);
    }

    private void order(final BackendTls tls) {
        proxy.order(new Order.AddCluster(ClusterConfig.of(SimProxy.CLUSTER).withBackendTls(tls)), -1);
    }

    private static BackendTls named(final String serverName) {
        return new BackendTls(true, CERTIFICATE.served().chain(), serverName, BackendTls.DEFAULT.versions(),
                null);
    }

    private void status(final int expected) {
        final String answer = askOnce();
        assertTrue(answer.startsWith("HTTP/1.1 " + expected), answer);
    }

    private void addBackend(final int port, final String hostName) {
        proxy.order(new Order.AddBackend(new BackendConfig(SimProxy.CLUSTER, "b", BackendAddress.of(
                new InetSocketAddress("127.0.0.1", port)), null, 1, false, 0, hostName)), -1);
    }

    @Test
    void shouldFollowTheOrdersAboutItsCluster() {
        final int port = listen(0, (server, peer) -> server.send(OK));
        proxy.addBackend("b", port);
        status(502);
        order(named("b.test"));
        status(200);
        order(named("wrong.test"));
        status(502);
        proxy.order(new Order.RemoveCluster(SimProxy.CLUSTER), -1);
        status(503);
        order(null);
        status(502);
        order(named(null));
        status(502);
        addBackend(port, "b.test");
        status(200);
        proxy.removeBackend("b", port);
        addBackend(port, "wrong.test");
        status(502);
        order(named("b.test"));
        status(200);
        assertEquals(1, proxy.worker.secured().sessions());
    }

    @Test
    void shouldRefuseABackendWhoseCertificateCanBeForNoName() {
        order(named(null));
        final Order.AddBackend add = new Order.AddBackend(BackendConfig.of(SimProxy.CLUSTER, "u",
                BackendAddress.parse("address", "unix:/run/app")));
        assertEquals(Answer.Status.ERROR, proxy.worker.orders().apply(add, -1).status());
        order(named("b.test"));
        assertEquals(Answer.Status.OK, proxy.worker.orders().apply(add, -1).status());
        final Answer answer = proxy.worker.orders().apply(new Order.AddCluster(
                ClusterConfig.of(SimProxy.CLUSTER).withBackendTls(named(null))), -1);
        assertTrue(answer.message().endsWith("server_name in backend_tls of its cluster"), answer::message);
    }

    @Test
    void shouldSpeakWithoutTlsWhenItIsRemovedWhileAConnectionIsMade() {
        proxy.world.latency(1_000_000, 1_000_001);
        proxy.addBackend("b", proxy.world.listen(0, peer -> peer.onBytes((from, bytes) -> from.send(OK)))
                .port());
        secure(BackendTlsSettings.DEFAULT, "b.test");
        final SimPeer client = proxy.connect();
        client.send(GET);
        proxy.runUntil(() -> proxy.liveConnections() == 2);
        proxy.worker.secured().remove(0);
        proxy.runUntil(() -> client.receivedText().endsWith("ok"));
    }
}
