package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.protocols.http.HostBindings;
import io.sozu.protocols.tls.TlsSettings;
import io.sozu.sessions.Connection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes over the wire and is not as it should be: nothing of it breaks a worker or stays in it. */
@ExtendWith(LeakCheck.class)
class TlsWireTest {
    private static final TestCertificate CERTIFICATE = TestCertificate.make("EC", "a.test");
    private static final SSLContext CONTEXT = SimTlsClient.context();
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    /** {@code -Dtls.fuzz=100000} for a long run, {@code -Dtls.seed=} to replay one hello. */
    private static final int HELLOS = Integer.getInteger("tls.fuzz", 1500);
    /** Kinds of records. */
    private static final int ALERT = 21;
    private static final int DATA = 23;
    private final List<String> heard = new ArrayList<>();
    private SimProxy proxy;
    private int backendsEnded;

    @BeforeEach
    void start() {
        proxy = new SimProxy(3, FaultPlan.none(), SimProxy.options());
        proxy.world.latency(0, 0);
        proxy.addBackend("b", proxy.world.listen(0, peer -> {
            final MessageReader reader = new MessageReader(false, message -> {
                heard.add(new String(message.body(), ISO_8859_1));
                peer.send(message.head().startsWith("GET /large") ? large() : OK);
            });
            peer.onBytes((p, bytes) -> reader.take(bytes));
            peer.onEnd(p -> {
                backendsEnded++;
                p.close();
            });
            peer.onError(p -> backendsEnded++);
        }).port());
        proxy.worker.tls().put(0, settings(), CERTIFICATE.served());
    }

    /** Returns how the listener speaks TLS. */
    TlsSettings settings() {
        return TlsSettings.DEFAULT;
    }

    @AfterEach
    void close() {
        proxy.runUntil(() -> proxy.counter("client.connections") == 0);
        assertEquals(0, proxy.counter("sessions.broken"));
        assertEquals(0, proxy.worker.traffic().pool().used());
        assertTrue(proxy.worker.handshakes().isEmpty());
        proxy.close();
    }

    private static String large() {
        return "HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n" + "x".repeat(900_000);
    }

    private static boolean isOver(final SimPeer client) {
        return client.isEnded() || client.errno() != 0;
    }

    private SimTlsClient client(final String version) {
        final SimTlsClient client = new SimTlsClient(proxy, CONTEXT, 0);
        client.engine().setEnabledProtocols(new String[] {version});
        return client;
    }

    private SimTlsClient asked(final String version) {
        final SimTlsClient client = client(version);
        client.send(GET);
        proxy.runUntil(() -> client.received().endsWith("ok"));
        return client;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldLoseNothingOfAHandshakeThatIsCutAtAnyByte(final String version) {
        int bytes = 0;
        boolean whole = false;
        while (!whole) {
            final SimTlsClient client = client(version);
            client.peer().cutAfter(bytes);
            client.send(GET);
            proxy.runUntil(() -> isOver(client.peer().peer()) || client.received().endsWith("ok"));
            whole = client.received().endsWith("ok");
            client.forget();
            client.close();
            bytes++;
        }
        assertTrue(bytes > 300, "a whole hello and more: " + bytes);
        proxy.runUntil(() -> proxy.counter("client.connections") == 0);
        assertTrue(proxy.counter("tls.handshakes.failed.client_left") > 300);
    }

    @Test
    void shouldOutliveEveryHelloThatIsWrong() throws SSLException {
        final int only = Integer.getInteger("tls.seed", -1);
        final byte[] hello = hello();
        for (int seed = Math.max(only, 0); seed < (only < 0 ? HELLOS : only + 1); seed++) {
            final SimPeer client = proxy.connect().send(mutated(hello, new Random(seed)));
            final int turns = 8;
            for (int i = 0; i < turns && !isOver(client); i++) {
                proxy.turn();
            }
            client.close();
            assertEquals(0, proxy.counter("sessions.broken"), "-Dtls.seed=" + seed);
        }
        asked("TLSv1.3").close();
        assertTrue(proxy.counter("tls.handshakes.failed.malformed") > 0);
    }

    private static byte[] hello() throws SSLException {
        final SSLEngine engine = CONTEXT.createSSLEngine("b.test", 443);
        engine.setUseClientMode(true);
        final ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        engine.wrap(ByteBuffer.allocate(0), bytes);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private static byte[] mutated(final byte[] hello, final Random random) {
        byte[] bytes = hello.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            final int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
                case 3 -> {
                    final byte[] longer = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(40));
                    System.arraycopy(bytes, at, longer, longer.length - bytes.length + at, bytes.length - at);
                    bytes = longer;
                }
                default -> {
                    bytes = bytes.length < 5 ? hello.clone() : bytes;
                    bytes[3] = (byte) (bytes.length - 5 >> 8);
                    bytes[4] = (byte) (bytes.length - 5);
                }
            }
        }
        return bytes;
    }

    @Test
    void shouldEndAConnectionThatBeginsWithGarbage() {
        final byte[] bytes = new byte[2000];
        new Random(1).nextBytes(bytes);
        final SimPeer client = proxy.connect().send(bytes);
        proxy.runUntil(() -> isOver(client));
        client.close();
        assertEquals(1, proxy.counter("tls.handshakes.failed.malformed"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000})
    void shouldSayThatItSpeaksHttpsHoweverPlainHttpComes(final int pieceBytes) {
        for (final String request : List.of(GET, "OPTIONS / HTTP/1.1\r\nHost: a.test\r\n\r\n")) {
            final SimPeer client = proxy.connect();
            client.sendSlowly(request.getBytes(ISO_8859_1), pieceBytes, 20_000);
            proxy.runUntil(() -> isOver(client));
            client.close();
            assertTrue(client.receivedText().startsWith("HTTP/1.1 400"), request);
        }
        assertEquals(2, proxy.counter("tls.handshakes.failed.plain_http"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldCarryARequestOfOneByteRecords(final String version) {
        final SimTlsClient client = asked(version);
        final String body = "0123456789".repeat(100);
        final String request = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000\r\n\r\n" + body;
        for (int i = 0; i < request.length(); i++) {
            client.send(request.substring(i, i + 1));
        }
        proxy.runUntil(() -> heard.size() == 2);
        assertEquals(body, heard.get(1));
        client.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotTakeACutRequestForAWholeOne(final boolean told) {
        final SimTlsClient client = asked("TLSv1.3");
        client.send("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        proxy.turn();
        if (told) {
            client.peer().sendCloseNotify();
        }
        client.peer().peer().shutdownWrite();
        proxy.runUntil(() -> backendsEnded == 1 && proxy.counter("client.connections") == 0);
        assertEquals(1, heard.size());
        client.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldAnswerCloseNotify(final String version) {
        final SimTlsClient client = asked(version);
        client.peer().sendCloseNotify();
        proxy.runUntil(() -> client.peer().hasHeardCloseNotify());
        client.close();
    }

    /** So that requests for other hosts can be refused. */
    @Test
    void shouldKnowTheHostsOfACertificateThatIsReplacedInTheMiddleOfAHandshake() {
        final SimTlsClient client = new SimTlsClient(proxy, SimTlsClient.context(), 40);
        client.send(GET);
        proxy.runUntil(() -> client.peer().peer().receivedBytes() > 0);
        assertEquals(0, proxy.counter("tls.handshakes"));
        proxy.worker.tls().put(0, settings(), TestCertificate.make("EC", "b.test").served());
        proxy.runUntil(() -> client.received().endsWith("ok"));
        final Connection front = proxy.worker.traffic().newConnection();
        int bound = 0;
        for (int slot = 0; slot < proxy.worker.traffic().connections().slots(); slot++) {
            bound += proxy.worker.traffic().connections().isLive(slot) && front.wrap(slot).isFront()
                    && front.binding() != HostBindings.NONE ? 1 : 0;
        }
        assertEquals(1, bound);
        client.close();
    }

    /** The client is told by a warning (RFC 5246, 7.2.2), and goes on as it was. */
    @Test
    void shouldNotNegotiateAgain() throws SSLException {
        final SimTlsClient client = asked("TLSv1.2");
        final List<Integer> kinds = new ArrayList<>();
        client.peer().peer().onBytes((peer, bytes) -> kinds.add((int) bytes[0]));
        client.engine().beginHandshake();
        client.send(GET);
        proxy.runUntil(() -> kinds.size() == 2);
        assertEquals(List.of(ALERT, DATA), kinds);
        assertEquals(1, proxy.counter("tls.handshakes"));
        client.close();
    }

    @Test
    void shouldHoldAClientThatReadsSlowlyToAFewPages() {
        final SimTlsClient client = asked("TLSv1.3");
        client.peer().peer().pauseReading();
        client.send("GET /large HTTP/1.1\r\nHost: a.test\r\n\r\n");
        for (int i = 0; i < 200; i++) {
            proxy.turn();
        }
        assertFalse(client.received().endsWith("x"));
        assertTrue(proxy.worker.traffic().pool().used() <= 8, proxy::describe);
        client.peer().peer().readLimit(20_000).resumeReading();
        proxy.runUntil(() -> client.received().endsWith("x".repeat(900_000)));
        client.close();
    }
}
