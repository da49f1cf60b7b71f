package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.model.ListenerLimits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener takes of one client, and who goes when there is no place for another. */
@ExtendWith(LeakCheck.class)
final class ClientLimitsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private SimProxy proxy;

    @AfterEach
    void close() {
        proxy.close();
    }

    private void start(final ListenerLimits limits) {
        proxy = SimProxy.limited(SimProxy.options(), limits);
        proxy.addBackend("b", peer -> peer.send(OK));
    }

    private void startEvicting(final int maxConnections) {
        proxy = new SimProxy(9, FaultPlan.none(), WorkerOptions.parse("{\"max_connections\":" + maxConnections
                + ",\"max_buffers\":64,\"evict_on_queue_full\":true}"));
        proxy.addBackend("b", peer -> peer.send(OK));
    }

    private String ask(final String request) {
        final SimPeer client = proxy.connect().send(request);
        proxy.runUntil(() -> client.receivedText().endsWith("ok") || client.isEnded());
        return client.receivedText();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789",
        CHUNKED + "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n", GET})
    void shouldTakeABodyOfAsMuchAsTheListenerTakes(final String request) {
        start(new ListenerLimits(10, 0, 0, 0, 128, 0));
        assertTrue(ask(request).startsWith("HTTP/1.1 200 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n",
        CHUNKED + "5\r\n01234\r\n6\r\n567890\r\n", CHUNKED + "b\r\n01234567890\r\n0\r\n\r\n"})
    void shouldAnswer413AtOnceWhenTheBodyIsLonger(final String request) {
        start(new ListenerLimits(10, 0, 0, 0, 128, 0));
        assertTrue(ask(request).startsWith("HTTP/1.1 413 "));
    }

    @Test
    void shouldAnswer413WhileALongBodyStreams() {
        start(new ListenerLimits(50_000, 0, 0, 0, 128, 0));
        final SimPeer client = proxy.connect().send(CHUNKED);
        for (int i = 0; i < 100; i++) {
            client.send("400\r\n" + "x".repeat(1024) + "\r\n");
        }
        proxy.runUntil(() -> client.receivedText().startsWith("HTTP/1.1 413 "));
        assertTrue(client.receivedText().contains("Connection: close\r\n"));
        proxy.runUntil(() -> client.isEnded() || client.errno() != 0);
    }

    @Test
    void shouldEndAConnectionAfterItsLastRequestAndSaySo() {
        start(new ListenerLimits(0, 0, 3, 0, 128, 0));
        final SimPeer client = proxy.connect();
        for (int i = 1; i <= 3; i++) {
            final int answers = i;
            assertFalse(client.receivedText().contains("Connection: close"));
            client.send(GET);
            proxy.runUntil(() -> client.receivedText().split("200 OK", -1).length == answers + 1);
        }
        assertTrue(client.receivedText().contains("Connection: close\r\n"));
        proxy.runUntil(client::isEnded);
    }

    private SimPeer served() {
        final SimPeer client = proxy.connect().send(GET);
        proxy.runUntil(() -> client.receivedText().endsWith("ok"));
        return client;
    }

    @Test
    void shouldCloseTheClientIdleLongestForANewOne() {
        startEvicting(3);
        final SimPeer first = served();
        final SimPeer second = served();
        final SimPeer third = served();
        first.send(GET);
        proxy.runUntil(() -> first.receivedText().split("200 OK", -1).length == 3);
        final SimPeer fourth = served();
        proxy.runUntil(second::isEnded);
        assertFalse(first.isEnded() || third.isEnded() || fourth.isEnded());
        assertEquals(1, proxy.counter("sessions.evicted"));
    }

    @Test
    void shouldNotCloseWhoIsServed() {
        startEvicting(2);
        final List<SimPeer> busy = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            busy.add(proxy.connect().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n1"));
        }
        proxy.runUntil(() -> proxy.counter("http.requests") == 2);
        final SimPeer waiting = proxy.connect().send(GET);
        busy.getFirst().send("2");
        proxy.runUntil(() -> busy.getFirst().receivedText().endsWith("ok"));
        proxy.runUntil(() -> waiting.receivedText().endsWith("ok"));
        assertFalse(busy.getLast().isEnded());
        busy.getLast().send("2");
        proxy.runUntil(() -> busy.getLast().receivedText().endsWith("ok"));
    }
}
