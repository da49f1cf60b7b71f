package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.model.ExchangeTerms;
import io.sozu.control.model.ListenerLimits;
import io.sozu.control.model.Timeouts;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What exchanges are granted by their listener, their cluster and their frontend; in virtual time. */
@ExtendWith(LeakCheck.class)
final class TermsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String HALF = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha";
    private SimProxy proxy;

    @AfterEach
    void close() {
        proxy.close();
    }

    /** A listener whose timeouts all differ: front, back, connect, request, keep-alive, response. */
    private void start(final Consumer<SimPeer> onRequest) {
        start(ListenerLimits.DEFAULT, onRequest);
    }

    private void start(final ListenerLimits limits, final Consumer<SimPeer> onRequest) {
        proxy = SimProxy.limited(SimProxy.options(), new Timeouts(40, 50, 3, 10, 20, 30), limits);
        proxy.addBackend("b", onRequest);
    }

    private static ExchangeTerms terms(final Integer front, final Integer back, final Integer connect,
            final Integer response) {
        return new ExchangeTerms(front, back, connect, response, null, null);
    }

    private static String request(final String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private static String post(final String path, final int bytes) {
        return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + bytes + "\r\n\r\n";
    }

    /** Runs until the connection is over, and returns after how many whole seconds it was. */
    private long secondsToEnd(final SimPeer client) {
        final long begin = proxy.world.nowNanos();
        proxy.runUntil(() -> client.isEnded() || client.errno() != 0);
        return Math.round((proxy.world.nowNanos() - begin) / (double) SECOND);
    }

    private long secondsToAnswer(final SimPeer client) {
        final long begin = proxy.world.nowNanos();
        proxy.runUntil(() -> client.receivedBytes() > 0);
        return Math.round((proxy.world.nowNanos() - begin) / (double) SECOND);
    }

    @Test
    void shouldKeepAClientBetweenRequestsForTheKeepAliveTimeout() {
        start(peer -> peer.send(OK));
        final SimPeer client = proxy.connect().send(GET);
        proxy.runUntil(() -> client.receivedText().endsWith("ok"));
        assertEquals(20, secondsToEnd(client));
    }

    @ParameterizedTest
    @CsvSource({"/, 30", "/page, 8"})
    void shouldWaitForTheHeadOfAResponseAsLongAsTheNearestOfThemSays(final String path, final int seconds) {
        start(peer -> {
        });
        proxy.grant("/page", terms(null, null, null, 8));
        final SimPeer client = proxy.connect().send(request(path));
        assertEquals(seconds, secondsToAnswer(client));
        assertTrue(client.receivedText().startsWith("HTTP/1.1 504 "));
    }

    @ParameterizedTest
    @CsvSource({"/, 12", "/page, 8", "/other, 12"})
    void shouldPutAFrontendAboveItsClusterAndThatAboveTheListener(final String path, final int seconds) {
        start(peer -> {
        });
        proxy.grant(terms(null, null, null, 12));
        proxy.grant("/page", terms(null, null, null, 8));
        proxy.grant("/other", terms(9, null, 9, null));
        assertEquals(seconds, secondsToAnswer(proxy.connect().send(request(path))));
    }

    @Test
    void shouldLetTheBackTimeoutOfAClusterHoldForTheHeadAsWell() {
        start(peer -> {
        });
        proxy.grant(terms(null, 6, null, null));
        assertEquals(6, secondsToAnswer(proxy.connect().send(GET)));
    }

    @ParameterizedTest
    @CsvSource({"/, 50", "/page, 8"})
    void shouldCutAResponseWhoseBodyStops(final String path, final int seconds) {
        start(peer -> peer.send(HALF));
        proxy.grant("/page", terms(null, 8, null, null));
        assertEquals(seconds, secondsToEnd(proxy.connect().send(request(path))));
    }

    @ParameterizedTest
    @CsvSource({"/, 3", "/page, 8"})
    void shouldWaitForAConnectionAsLongAsTheNearestOfThemSays(final String path, final int seconds) {
        proxy = SimProxy.limited(SimProxy.options(), new Timeouts(40, 50, 3, 10, 20, 30),
                ListenerLimits.DEFAULT);
        proxy.addBackend("b", 7);
        proxy.world.blackHole(7);
        proxy.grant("/page", terms(null, null, 8, null));
        final SimPeer client = proxy.connect().send(request(path));
        assertEquals(seconds, secondsToAnswer(client));
        assertTrue(client.receivedText().startsWith("HTTP/1.1 503 "));
    }

    @ParameterizedTest
    @CsvSource({"/, 40", "/page, 8"})
    void shouldAnswer408WhenABodyStops(final String path, final int seconds) {
        start(peer -> peer.send(OK));
        proxy.grant("/page", terms(8, null, null, null));
        final SimPeer client = proxy.connect().send(post(path, 4) + "ha");
        assertEquals(seconds, secondsToAnswer(client));
        assertTrue(client.receivedText().startsWith("HTTP/1.1 408 "));
    }

    /** A byte every second: never silent, and slower than 2 bytes a second. */
    private SimPeer trickle(final String head, final int bytes) {
        final SimPeer client = proxy.connect().send(head);
        for (int second = 1; second <= bytes; second++) {
            proxy.world.after(second * SECOND, () -> {
                if (client.receivedBytes() == 0) {
                    client.send("x");
                }
            });
        }
        return client;
    }

    @ParameterizedTest
    @CsvSource({"2, 40", "1, 200"})
    void shouldCutABodyThatIsSlowerThanItMayBe(final int rate, final int seconds) {
        start(new ListenerLimits(0, rate, 0, 0, 128, 0), peer -> peer.send(OK));
        final SimPeer client = trickle(post("/", 200), 200);
        assertEquals(seconds, secondsToAnswer(client));
        assertTrue(client.receivedText().startsWith(rate == 2 ? "HTTP/1.1 408 " : "HTTP/1.1 200 "));
    }

    @Test
    void shouldLetAFrontendTakeSlowBodies() {
        start(new ListenerLimits(0, 2, 0, 0, 128, 0), peer -> peer.send(OK));
        proxy.grant("/slow", new ExchangeTerms(null, null, null, null, 0, null));
        assertEquals(200, secondsToAnswer(trickle(post("/slow", 200), 200)));
    }

    @Test
    void shouldNotBlameTheClientForABackendThatIsSlowToTake() {
        final int bytes = 4_000_000;
        final SimPeer[] held = new SimPeer[1];
        proxy = SimProxy.limited(SimProxy.options(), new Timeouts(10, 50, 3, 10, 20, 30),
                new ListenerLimits(0, 1_000_000, 0, 0, 128, 0));
        proxy.addBackend("slow", proxy.world.listen(0, peer -> {
            held[0] = peer.pauseReading();
            final MessageReader reader = new MessageReader(false, message -> peer.send(OK));
            peer.onBytes((p, received) -> reader.take(received));
        }).port());
        final SimPeer client = proxy.connect().send(post("/", bytes) + "x".repeat(bytes));
        proxy.world.after(25 * SECOND, () -> held[0].resumeReading());
        assertEquals(25, secondsToAnswer(client));
        assertTrue(client.receivedText().startsWith("HTTP/1.1 200 "));
    }

    @ParameterizedTest
    @CsvSource({"/, 11, 413", "/, 10, 200", "/large, 11, 200", "/none, 3000000000, 0", "/small, 5, 413"})
    void shouldTakeABodyAsLongAsTheNearestOfThemSays(final String path, final long bytes, final int status) {
        start(new ListenerLimits(10, 0, 0, 0, 128, 0), peer -> peer.send(OK));
        proxy.grant("/large", new ExchangeTerms(null, null, null, null, null, 11L));
        proxy.grant("/none", new ExchangeTerms(null, null, null, null, null, 0L));
        proxy.grant("/small", new ExchangeTerms(null, null, null, null, null, 4L));
        final SimPeer client = proxy.connect().send("POST " + path
                + " HTTP/1.1\r\nHost: a\r\nContent-Length: "
                + bytes + "\r\n\r\n" + "x".repeat((int) Math.min(bytes, 100)));
        if (status == 0) {
            proxy.runUntil(() -> proxy.counter("http.requests") == 1);
            assertEquals("", client.receivedText());
        } else {
            proxy.runUntil(() -> client.receivedBytes() > 0);
            assertTrue(client.receivedText().startsWith("HTTP/1.1 " + status), client::receivedText);
        }
    }

    @Test
    void shouldTellAClientOfAnOldConnectionThatItEnds() {
        start(new ListenerLimits(0, 0, 0, 15, 128, 0), peer -> peer.send(OK));
        final SimPeer client = proxy.connect().send(GET);
        proxy.runUntil(() -> client.receivedText().endsWith("ok"));
        proxy.world.after(14 * SECOND + SECOND / 2, () -> client.send(GET));
        proxy.world.after(15 * SECOND + SECOND / 4, () -> client.send(GET));
        proxy.runUntil(client::isEnded);
        assertEquals(1, client.receivedText().split("Connection: close", -1).length - 1);
        assertEquals(3, client.receivedText().split("200 OK", -1).length - 1);
    }

    @Test
    void shouldCloseAnOldConnectionThatIsIdle() {
        start(new ListenerLimits(0, 0, 0, 15, 128, 0), peer -> peer.send(OK));
        final SimPeer client = proxy.connect().send(GET);
        proxy.runUntil(() -> client.receivedText().endsWith("ok"));
        assertEquals(15, secondsToEnd(client));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void shouldAnswer431ToMoreFieldsThanTheListenerTakes(final int fields) {
        start(new ListenerLimits(0, 0, 0, 0, 3, 0), peer -> peer.send(OK));
        final SimPeer client = proxy.connect().send("GET / HTTP/1.1\r\nHost: a\r\n"
                + "X: y\r\n".repeat(fields - 1)
                + "\r\n");
        proxy.runUntil(() -> client.receivedBytes() > 0);
        assertTrue(client.receivedText().startsWith(fields == 3 ? "HTTP/1.1 200 " : "HTTP/1.1 431 "));
    }

    @Test
    void shouldTakeMoreFieldsThanIsUsualWhereTheListenerDoes() {
        start(new ListenerLimits(0, 0, 0, 0, 1000, 0), peer -> peer.send(OK));
        final SimPeer client = proxy.connect().send("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(999)
                + "\r\n");
        proxy.runUntil(() -> client.receivedBytes() > 0);
        assertTrue(client.receivedText().startsWith("HTTP/1.1 200 "));
    }

    @ParameterizedTest
    @CsvSource({"256, true, 200", "257, true, 431", "257, false, 431", "400, false, 431"})
    void shouldAnswer431ToALongerHeadThanTheListenerTakes(final int bytes, final boolean whole,
            final int status) {
        start(new ListenerLimits(0, 0, 0, 0, 128, 256), peer -> peer.send(OK));
        final String begin = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
        final String end = whole ? "\r\n\r\n" : "";
        final SimPeer client = proxy.connect().send(begin + "y".repeat(bytes - begin.length() - end.length())
                + end);
        proxy.runUntil(() -> client.receivedBytes() > 0);
        assertTrue(client.receivedText().startsWith("HTTP/1.1 " + status), client::receivedText);
    }

    @Test
    void shouldAnswerWhatTheListenerSaysWhereNoFrontendTakesTheRequest() {
        start(peer -> peer.send(OK));
        proxy.removeFrontend();
        final SimPeer client = proxy.connect().send(GET);
        proxy.runUntil(() -> client.receivedBytes() > 0);
        assertTrue(client.receivedText().startsWith("HTTP/1.1 421 "));
        assertFalse(client.receivedText().contains("Connection: close"));
    }
}
