package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Event;
import io.sozu.control.EventKind;
import io.sozu.control.model.FailurePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a worker has to tell of its backends. */
@ExtendWith(LeakCheck.class)
final class BackendWatchTest {
    private static final int PORT = 9001;
    private static final long SECOND = 1_000_000_000L;
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final SimProxy proxy = new SimProxy(5, FaultPlan.none(), SimProxy.options());
    private final List<SimPeer> served = new ArrayList<>();

    @AfterEach
    void close() {
        proxy.close();
    }

    private List<String> told() {
        final List<String> told = new ArrayList<>();
        long nowNanos = proxy.worker.clock().nowNanos();
        while (!proxy.worker.events().isEmpty()) {
            final Event event = proxy.worker.events().next(nowNanos);
            if (event == null) {
                nowNanos += SECOND;
            } else {
                told.add(event.kind() + (event.backendId() == null ? "" : " " + event.backendId()));
                assertTrue(event.kind() == EventKind.EVENTS_LOST
                    || event.clusterId().equals(SimProxy.CLUSTER));
            }
        }
        return told;
    }

    private int listen(final int port, final Consumer<SimPeer> onRequest) {
        return proxy.world.listen(port, peer -> peer.onBytes((p, bytes) -> {
            served.add(p);
            onRequest.accept(p);
        })).port();
    }

    private String ask() {
        final SimPeer client = proxy.connect().send(GET);
        proxy.runUntil(() -> client.receivedBytes() > 0 || client.isEnded() || client.errno() != 0);
        return client.receivedText();
    }

    private void pass(final long nanos) {
        proxy.world.sleep(nanos);
        proxy.turn();
    }

    @Test
    void shouldTellOnceThatABackendIsDownAndWhenItIsUp() {
        proxy.addBackend("a", PORT);
        for (int i = 0; i < 3; i++) {
            assertTrue(ask().startsWith("HTTP/1.1 503 "));
        }
        assertEquals(List.of("BACKEND_DOWN a", "NO_AVAILABLE_BACKENDS"), told());
        pass(3 * SECOND);
        ask();
        assertEquals(List.of("BACKEND_BACK_OFF a"), told());
        listen(PORT, peer -> peer.send(OK));
        pass(100 * SECOND);
        ask();
        ask();
        assertEquals(List.of("BACKEND_UP a", "CLUSTER_RECOVERED"), told());
    }

    @Test
    void shouldTellOfEjectionAndReturn() {
        proxy.onFailure(new FailurePolicy(8, 5, 2, 0, 10, 100, 2, 20));
        proxy.addBackend("a", listen(0, peer -> peer.send(served.size() <= 2
            ? OK.replace("200 OK", "500 Oops") : OK)));
        ask();
        ask();
        assertEquals(List.of("BACKEND_EJECTED a", "NO_AVAILABLE_BACKENDS"), told());
        pass(11 * SECOND);
        ask();
        assertEquals(List.of("BACKEND_RETURNED a", "CLUSTER_RECOVERED"), told());
    }

    @Test
    void shouldTellWhenARemovedBackendHasServedItsLast() {
        final int port = listen(0, peer -> { });
        proxy.addBackend("a", port);
        final SimPeer client = proxy.connect().send(GET);
        proxy.runUntil(() -> !served.isEmpty());
        proxy.removeBackend("a", port);
        proxy.turn();
        assertEquals(List.of("NO_AVAILABLE_BACKENDS"), told());
        served.getFirst().send(OK);
        proxy.runUntil(() -> client.receivedText().endsWith("ok"));
        proxy.turn();
        assertEquals(List.of("REMOVED_BACKEND_HAS_NO_CONNECTIONS a"), told());
        proxy.addBackend("b", listen(0, peer -> peer.send(OK)));
        assertEquals(List.of("CLUSTER_RECOVERED"), told());
    }

    @Test
    void shouldKeepABoundedNumberAndTellABoundedNumberASecond() {
        for (int i = 0; i < 2 * WorkerEvents.CAPACITY; i++) {
            proxy.addBackend("b" + i, PORT);
            proxy.removeBackend("b" + i, PORT);
        }
        final WorkerEvents events = proxy.worker.events();
        final long nowNanos = proxy.worker.clock().nowNanos();
        for (int i = 0; i < WorkerEvents.PER_SECOND; i++) {
            assertTrue(events.next(nowNanos) != null, i + " of this second");
        }
        assertEquals(null, events.next(nowNanos));
        assertEquals(null, events.next(nowNanos + SECOND - 1));
        final List<String> rest = told();
        assertEquals(WorkerEvents.CAPACITY - WorkerEvents.PER_SECOND + 1, rest.size());
        assertEquals("EVENTS_LOST", rest.getLast());
    }
}
