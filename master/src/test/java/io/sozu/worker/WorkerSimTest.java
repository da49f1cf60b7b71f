package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Single exchanges through a worker in virtual time. */
@ExtendWith(LeakCheck.class)
final class WorkerSimTest {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private final SimProxy proxy = new SimProxy(1, FaultPlan.none(), SimProxy.options());
    private final StringBuilder seen = new StringBuilder();

    @AfterEach
    void close() {
        proxy.close();
    }

    private void answerEverythingWith(final String answer) {
        proxy.addBackend("b0", proxy.world.listen(0, peer -> peer.onBytes((p, bytes) -> {
            seen.append(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1));
            p.send(answer);
        })).port());
    }

    private String ask(final SimPeer client, final String request, final String end) {
        client.send(request);
        proxy.runUntil(() -> client.receivedText().endsWith(end) || client.isEnded() || client.errno() != 0);
        return client.receivedText();
    }

    @Test
    void shouldCarryARequestThereAndItsResponseBack() {
        answerEverythingWith(ANSWER);
        final String answer = ask(proxy.connect(), "GET /x?y HTTP/1.1\r\nHost: a.test\r\n\r\n", "hello");
        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
        assertTrue(seen.toString().startsWith("GET /x?y HTTP/1.1\r\n"), seen::toString);
        assertTrue(seen.toString().contains("X-Forwarded-For: 127.0.0.1\r\n"), seen::toString);
    }

    @Test
    void shouldServeTwoRequestsOfOneConnectionOverOneBackendConnection() {
        answerEverythingWith(ANSWER);
        final SimPeer client = proxy.connect();
        ask(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "hello");
        client.takeReceived();
        ask(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "hello");
        assertEquals(1, proxy.counter("backend.pool.hit"));
        assertEquals(1, proxy.counter("backend.pool.miss"));
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrder() {
        answerEverythingWith(ANSWER);
        final SimPeer client = proxy.connect();
        client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                + "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
        proxy.runUntil(() -> client.receivedText().split("hello", -1).length == 4);
        assertTrue(seen.toString().matches("(?s)GET /1 .*GET /2 .*GET /3 .*"), seen::toString);
    }

    @Test
    void shouldAnswer404WithoutRouteAnd503WithoutBackend() {
        assertTrue(ask(proxy.connect(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\n")
                .startsWith("HTTP/1.1 503 "));
    }

    @Test
    void shouldRefuseGarbageAndClose() {
        final SimPeer client = proxy.connect();
        final String answer = ask(client, "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "never");
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        assertTrue(client.isEnded());
    }

    @Test
    void shouldSendABodyOfAnyFormThrough() {
        answerEverythingWith("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        final SimPeer client = proxy.connect();
        final String answer = ask(client,
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n",
                "0\r\n\r\n");
        assertTrue(seen.toString().endsWith("\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), seen::toString);
        assertTrue(answer.contains("Transfer-Encoding: chunked\r\n"), answer);
        assertTrue(answer.endsWith("\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), answer);
    }
}
