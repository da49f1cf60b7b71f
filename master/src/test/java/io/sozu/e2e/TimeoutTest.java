package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Peers that say nothing, against time-outs of one second. */
@Tag("e2e")
final class TimeoutTest {
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();

    private static final String NO_ROOM = "full.test";
    private static final long EARLIEST_MILLIS = 800;
    private static final long LATEST_MILLIS = 4_500;

    private static ScriptedBackend backend;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        backend = STAGE.backend("b1");
        final ServerSocket full = STAGE.own(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        for (int i = 0; i < 8; i++) {
            final SocketChannel waiting = STAGE.own(SocketChannel.open());
            waiting.configureBlocking(false);
            waiting.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort()));
        }
        proxy = STAGE.proxy(ProxyConfig.of(backend).timeouts(1, 1, 1, 1)
                .cluster("full", NO_ROOM, "{ address = \"127.0.0.1:" + full.getLocalPort() + "\" }"));
        backend.on("/silent", Served::awaitClose);
        backend.on("/half", served -> {
            served.send("HTTP/1.1 200 OK\r\n" + served.marks() + "Content-Length: 100\r\n\r\nhalf");
            served.awaitClose();
        });
    }

    @AfterAll
    static void shouldHoldNothingAfterwards() {
        proxy.awaitRest();
    }

    @Test
    void shouldAnswer408WhenTheHeadNeverEnds() throws IOException {
        try (RawClient client = proxy.client()) {
            final long begin = System.nanoTime();
            final Answer answer = client.send("GET /slow HTTP/1.1\r\nHost: a.te").answer();
            assertInTime(begin);
            assertEquals(408, answer.status());
            assertEquals(Ending.Kind.CLOSED, client.ending().kind());
        }
    }

    @Test
    void shouldAnswer408WhenTheHeadDripsForEver() throws IOException {
        try (RawClient client = proxy.client()) {
            final long begin = System.nanoTime();
            client.send("GET /slow HTTP/1.1\r\nHost: a.test\r\nX-Drip: ");
            Await.until("the proxy gives up", () -> !dripped(client));
            assertInTime(begin);
        }
    }

    @Test
    void shouldAnswer408WhenTheBodyStops() throws IOException {
        try (RawClient client = proxy.client()) {
            final long begin = System.nanoTime();
            final Answer answer =
                    client.send("POST /body HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nabc")
                    .answer();
            assertInTime(begin);
            assertEquals(408, answer.status());
            assertEquals(Ending.Kind.CLOSED, client.ending().kind());
        }
    }

    @Test
    void shouldCloseAnIdleConnectionWithoutAWord() throws IOException {
        try (RawClient client = proxy.client()) {
            assertEquals(200, client.get("/before").status());
            final long begin = System.nanoTime();
            assertEquals(new Ending(Ending.Kind.CLOSED, ""), client.ending());
            assertInTime(begin);
        }
    }

    @Test
    void shouldEndAConnectionOnWhichNothingWasSent() throws IOException {
        try (RawClient client = proxy.client()) {
            final long begin = System.nanoTime();
            final Ending ending = client.ending();
            assertInTime(begin);
            assertEquals(Ending.Kind.CLOSED, ending.kind());
            assertTrue(ending.surplus().isEmpty() || ending.surplus().startsWith("HTTP/1.1 408 "),
                    ending::surplus);
        }
    }

    @Test
    void shouldAnswer504WhenTheBackendIsSilent() throws IOException {
        try (RawClient client = proxy.client()) {
            final long begin = System.nanoTime();
            final Answer answer = client.get("/silent");
            assertInTime(begin);
            assertEquals(504, answer.status());
            assertFalse(answer.fromBackend());
        }
        final Seen seen = backend.only("/silent");
        Await.until("the backend connection is closed", () -> backend.closed(seen.connection()));
    }

    @Test
    void shouldCutTheAnswerWhenTheBackendStopsInIt() throws IOException {
        try (RawClient client = proxy.client()) {
            final long begin = System.nanoTime();
            client.send(Requests.get("/half"));
            final Head head = client.head();
            assertEquals(200, head.status());
            assertEquals("the answer is cut", cut(client, head));
            assertInTime(begin);
        }
    }

    @Test
    void shouldAnswer503WhenNoBackendTakesTheConnection() throws IOException {
        try (RawClient client = proxy.client()) {
            final long begin = System.nanoTime();
            final Answer answer = client.send("GET / HTTP/1.1\r\nHost: " + NO_ROOM + "\r\n\r\n").answer();
            assertInTime(begin);
            assertEquals(503, answer.status());
        }
    }

    private static boolean dripped(final RawClient client) throws IOException {
        try {
            client.send("x");
            return !client.closedByPeer() && !client.holdsBytes();
        } catch (SocketException e) {
            return false;
        }
    }

    private static String cut(final RawClient client, final Head head) throws IOException {
        try {
            client.body(head, BodySink.NOWHERE);
            return "the answer is whole";
        } catch (WireCut e) {
            return "the answer is cut";
        }
    }

    private static void assertInTime(final long beginNanos) {
        final long millis = (System.nanoTime() - beginNanos) / 1_000_000;
        assertTrue(millis >= EARLIEST_MILLIS && millis <= LATEST_MILLIS, () -> "after " + millis + " ms");
    }
}
