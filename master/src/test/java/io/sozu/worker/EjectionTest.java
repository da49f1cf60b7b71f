package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.model.FailurePolicy;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Backends that serve badly, and requests that must not be repeated; in virtual time. */
@ExtendWith(LeakCheck.class)
final class EjectionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String BAD = "HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\nbad";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
    private final SimProxy proxy = new SimProxy(5, FaultPlan.none(), SimProxy.options());
    private int bad;
    private String answer = BAD;

    @AfterEach
    void close() {
        proxy.close();
    }

    private void policy(final int consecutive5xx, final int failures, final int percent) {
        proxy.onFailure(new FailurePolicy(8, 5, consecutive5xx, failures, 10, percent, 2, 20));
    }

    private void backend(final Consumer<SimPeer> onRequest) {
        final int port = proxy.world.listen(0, peer -> peer.onBytes((p, bytes) -> {
            final String text = new String(bytes, ISO_8859_1);
            if (text.startsWith("GET ") || text.startsWith("POST ")) {
                onRequest.accept(p);
            }
        })).port();
        proxy.addBackend("b" + port, port);
    }

    private void badBackend() {
        backend(peer -> {
            bad++;
            peer.send(answer);
        });
    }

    private void goodBackend() {
        backend(peer -> peer.send(OK));
    }

    private String ask(final String request) {
        final SimPeer client = proxy.connect().send(request);
        proxy.runUntil(() -> client.receivedBytes() > 0 || client.isEnded() || client.errno() != 0);
        return client.receivedText();
    }

    private void ask(final int times) {
        for (int i = 0; i < times; i++) {
            ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        }
    }

    private void pass(final long nanos) {
        proxy.world.sleep(nanos);
        proxy.turn();
    }

    @Test
    void shouldEjectABackendAfterAnswersOf5xxInARowForATimeThatDoubles() {
        policy(3, 0, 50);
        badBackend();
        goodBackend();
        ask(20);
        assertEquals(3, bad);
        assertEquals(1, proxy.counter("backend.ejected.total"));
        pass(11 * SECOND);
        ask(20);
        assertEquals(6, bad);
        assertEquals(2, proxy.counter("backend.ejected.total"));
        assertEquals(1, proxy.counter("backend.returned.total"));
        pass(11 * SECOND);
        ask(4);
        assertEquals(6, bad, "twice as long");
        pass(10 * SECOND);
        ask(4);
        assertEquals(8, bad);
    }

    @Test
    void shouldNotEjectABackendThatAnswersWellInBetween() {
        policy(3, 0, 50);
        badBackend();
        goodBackend();
        for (int i = 0; i < 10; i++) {
            ask(4);
            answer = OK;
            ask(2);
            answer = BAD;
        }
        assertEquals(0, proxy.counter("backend.ejected.total"));
        assertEquals(30, bad);
    }

    @Test
    void shouldEjectABackendThatResetsOrBreaksTheRules() {
        policy(0, 2, 50);
        backend(peer -> {
            if (bad++ == 0) {
                peer.reset();
            } else {
                peer.send("garbage\r\n\r\n");
            }
        });
        goodBackend();
        ask(12);
        assertEquals(2, bad);
        assertEquals(1, proxy.counter("backend.ejected.total"));
    }

    @Test
    void shouldEjectABackendThatNeverAnswers() {
        policy(0, 1, 50);
        backend(peer -> bad++);
        goodBackend();
        ask(12);
        assertEquals(1, bad);
    }

    @Test
    void shouldKeepTheShareOfBackendsThatMustNotBeEjected() {
        policy(1, 0, 50);
        badBackend();
        badBackend();
        badBackend();
        ask(12);
        assertEquals(1, proxy.counter("backend.ejected.total"));
        assertEquals(12, bad);
    }

    @Test
    void shouldUseAllBackendsWhenAllAreEjected() {
        policy(1, 0, 100);
        badBackend();
        badBackend();
        ask(6);
        assertEquals(2, proxy.counter("backend.ejected.total"));
        assertEquals(6, bad);
        assertEquals(4, proxy.counter("backends.fail_open"));
    }

    @Test
    void shouldEjectNobodyWhereNothingIsSaid() {
        badBackend();
        goodBackend();
        ask(20);
        assertEquals(10, bad);
    }

    @Test
    void shouldNeverSendAPostTwiceWhateverTheBackendDoesWithIt() {
        final String[] ends = {"reset", "close", "HTTP/1.1 2", "garbage\r\n\r\n", ""};
        for (final String end : ends) {
            try (SimProxy other = new SimProxy(6, FaultPlan.none(), SimProxy.options())) {
                final int[] seen = {0};
                for (int i = 0; i < 3; i++) {
                    other.addBackend("b" + i, other.world.listen(0, peer -> peer.onBytes((p, bytes) -> {
                        seen[0] += new String(bytes, ISO_8859_1).startsWith("POST ") ? 1 : 0;
                        spoil(p, end);
                    })).port());
                }
                final SimPeer client = other.connect().send(POST);
                other.runUntil(() -> client.receivedText().endsWith("\r\n\r\n") || client.isEnded());
                final String status = end.isEmpty() ? "HTTP/1.1 504 " : "HTTP/1.1 502 ";
                assertTrue(client.receivedText().startsWith(status),
                        end + ": " + client.receivedText());
                assertEquals(1, seen[0], end);
            }
        }
    }

    private static void spoil(final SimPeer peer, final String end) {
        if (end.equals("reset")) {
            peer.reset();
        } else if (end.equals("close")) {
            peer.close();
        } else if (end.startsWith("HTTP")) {
            peer.send(end).close();
        } else if (!end.isEmpty()) {
            peer.send(end);
        }
    }
}
