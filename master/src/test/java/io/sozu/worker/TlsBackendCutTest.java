package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Order;
import io.sozu.control.model.BackendTls;
import io.sozu.control.model.ClusterConfig;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a backend says in its handshake, and up to the end of its answer, in two pieces that meet at every
 * byte, byte by byte, and no further than every byte. Some kinds are cut at every seventh byte only, to save
 * time.
 */
@ExtendWith(LeakCheck.class)
final class TlsBackendCutTest {
    private static final TestCertificate CERTIFICATE =
            TestCertificate.make("EC", "b.test", List.of("-groupname", "secp256r1"));
    private static final SSLContext CONTEXT = CERTIFICATE.context();
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
    private static final String OK =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    private static final long GAP_NANOS = 20_000;
    /** No handshake with its answer is shorter than this. */
    private static final int FEW_BYTES = 250;
    private static final int SOME_BYTES = 7;

    private SimProxy proxy;
    private Consumer<SimTlsPeer> prepare = peer -> { };
    private int pieceBytes;
    private int answers;
    private int connections;
    private SimPeer accepted;

    @BeforeEach
    void start() {
        proxy = new SimProxy(3, FaultPlan.none(), SimProxy.options());
        proxy.world.latency(0, 0);
        proxy.order(new Order.AddCluster(ClusterConfig.of(SimProxy.CLUSTER).withBackendTls(
                new BackendTls(true, CERTIFICATE.served().chain(), "b.test", BackendTls.DEFAULT.versions(),
                        null))), -1);
    }

    @AfterEach
    void close() {
        assertEquals(0, proxy.counter("sessions.broken"));
        proxy.close();
        assertEquals(0, proxy.worker.secured().sessions(), "sessions that nobody frees");
    }

    private int listen(final String version) {
        return proxy.world.listen(0, peer -> {
            connections++;
            accepted = peer;
            final SSLEngine engine = CONTEXT.createSSLEngine();
            engine.setUseClientMode(false);
            engine.setEnabledProtocols(new String[] {version});
            final SimTlsPeer server = new SimTlsPeer(proxy.world, peer, engine, pieceBytes);
            final MessageReader reader = new MessageReader(false, message -> {
                answers++;
                server.send(OK);
            });
            server.onText(text -> reader.take(text.getBytes(ISO_8859_1)));
            prepare.accept(server);
        }).port();
    }

    /** Asks a backend that nothing is known of yet, but for the session of one request before. */
    private String ask(final int port, final boolean resumed, final Consumer<SimTlsPeer> preparation) {
        proxy.addBackend("b", port);
        if (resumed) {
            prepare = peer -> { };
            assertTrue(ask().endsWith("ok"));
        }
        prepare = preparation;
        final long before = proxy.counter("backend.tls.handshakes.resumed");
        final String answer = ask();
        if (answer.endsWith("ok")) {
            assertEquals(resumed ? 1 : 0, proxy.counter("backend.tls.handshakes.resumed") - before);
        }
        proxy.removeBackend("b", port);
        assertEquals(0, proxy.worker.traffic().pool().used(), "pages that nobody gives back");
        return answer;
    }

    private String ask() {
        final SimPeer client = proxy.connect().send(GET);
        proxy.runUntil(() -> client.isEnded() || client.errno() != 0);
        client.close();
        proxy.runUntil(() -> proxy.liveConnections() == 0);
        // The world remembers every peer, which need not remember its TLS.
        accepted.onBytes((peer, bytes) -> { });
        return client.receivedText();
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2,false", "TLSv1.2,true", "TLSv1.3,false", "TLSv1.3,true"})
    void shouldServeWhatABackendSaysInTwoPiecesThatMeetAtEveryByte(final String version,
            final boolean resumed) {
        final int port = listen(version);
        int at = 1;
        do {
            final int bytes = at;
            final String answer = ask(port, resumed, peer -> peer.pauseAfter(bytes));
            assertTrue(answer.startsWith("HTTP/1.1 200") && answer.endsWith("ok"),
                    () -> "cut at " + bytes + ": " + answer);
            at += resumed ? SOME_BYTES : 1;
        } while (at <= accepted.sentBytes());
        assertTrue(at > FEW_BYTES, "a handshake and an answer: " + at);
        assertEquals(0, proxy.counter("backend.tls.handshakes.failed"));
        assertEquals(answers, connections, "one attempt for each");
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2,false", "TLSv1.2,true", "TLSv1.3,false", "TLSv1.3,true"})
    void shouldServeWhatABackendSaysByteByByte(final String version, final boolean resumed) {
        pieceBytes = 1;
        assertTrue(ask(listen(version), resumed, peer -> { }).endsWith("ok"));
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2,false,false,7", "TLSv1.2,true,true,7", "TLSv1.3,false,true,1",
        "TLSv1.3,true,false,7"})
    void shouldAnswer502ToWhatABackendBreaksOffAtAnyByte(final String version, final boolean resumed,
            final boolean reset, final int step) {
        final int port = listen(version);
        int at = 0;
        String answer;
        do {
            final int bytes = at;
            answer = ask(port, resumed, peer -> breakOff(peer, bytes, reset));
            at += step;
            assertTrue(answer.startsWith("HTTP/1.1 502") || answer.endsWith("ok"), answer + at);
        } while (!answer.endsWith("ok"));
        assertTrue(at > FEW_BYTES, "a handshake and an answer: " + at);
        assertTrue(proxy.counter("backend.tls.handshakes.failed") > FEW_BYTES / 2 / step);
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2", "TLSv1.3"})
    void shouldAskAnotherBackendWhenOneBreaksOffItsHandshake(final String version) {
        final int port = listen(version);
        final int other = listen(version);
        int at = 0;
        boolean whole = false;
        while (!whole) {
            final int bytes = at;
            final long failed = proxy.counter("backend.tls.handshakes.failed");
            final int before = connections;
            proxy.addBackend("other", other);
            final String answer = ask(port, false, peer -> {
                if (connections == before + 1) {
                    peer.cutAfter(bytes);
                }
            });
            proxy.removeBackend("other", other);
            final boolean again = proxy.counter("backend.tls.handshakes.failed") > failed;
            whole = !again && answer.endsWith("ok");
            assertTrue(whole || answer.startsWith(again ? "HTTP/1.1 200" : "HTTP/1.1 502"), answer + at);
            assertEquals(again ? 2 : 1, connections - before, "what may have been served is not sent twice");
            at += SOME_BYTES;
        }
        assertTrue(proxy.counter("backend.tls.handshakes.failed") > FEW_BYTES / SOME_BYTES);
    }

    private void breakOff(final SimTlsPeer peer, final int bytes, final boolean reset) {
        if (reset) {
            peer.cutAfter(bytes, end -> proxy.world.after(GAP_NANOS, end::reset));
        } else {
            peer.cutAfter(bytes);
        }
    }
}
