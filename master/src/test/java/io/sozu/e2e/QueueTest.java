package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Backends that take a bounded number of requests at a time. */
@Tag("e2e")
final class QueueTest {
    @RegisterExtension
    final Stage stage = Stage.perTest();
    private final Semaphore gate = new Semaphore(0);

    private ProxyProcess proxyBefore(final ScriptedBackend backend, final String clusterKeys)
            throws IOException {
        backend.otherwise(served -> {
            gate.acquireUninterruptibly();
            served.answer();
        });
        return stage.proxy(new ProxyConfig().cluster(ProxyConfig.CLUSTER, Requests.HOST, "{ address = \""
                + backend.address() + "\", backend_id = \"b1\", max_connections = 2 }").also(clusterKeys));
    }

    @Test
    void shouldGiveABackendTwoRequestsAtATimeAndTheOthersInOrder() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = proxyBefore(backend, "max_queue = 10");
        final List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(proxy.client().send(Requests.get("/" + i)));
        }
        Await.until("two requests arrived", () -> backend.seen().size() == 2);
        gate.release(8);
        for (final RawClient client : clients) {
            assertEquals(200, client.answer().status());
            client.close();
        }
        assertTrue(backend.acceptedConnections() <= 2, "connections " + backend.acceptedConnections());
    }

    @Test
    void shouldAnswer503WhenTheQueueIsFullAndWhenPatienceEnds() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = proxyBefore(backend, "max_queue = 1\nqueue_timeout = 1");
        try (RawClient first = proxy.client(); RawClient second = proxy.client();
                RawClient third = proxy.client(); RawClient fourth = proxy.client()) {
            first.send(Requests.get("/1"));
            second.send(Requests.get("/2"));
            Await.until("two requests arrived", () -> backend.seen().size() == 2);
            third.send(Requests.get("/3"));
            Await.until("one waits", () -> proxy.counter("backend.queue.waiting") == 1);
            assertEquals(503, fourth.get("/4").status());
            assertEquals(503, third.answer().status());
            gate.release(3);
            assertEquals(200, first.answer().status());
            assertEquals(200, second.answer().status());
            assertEquals(200, third.get("/5").status());
        }
    }

    @Test
    void shouldObeyALimitThatIsOrderedAndForgetClientsThatVanish() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = proxyBefore(backend, "");
        try (RawClient first = proxy.client(); RawClient second = proxy.client();
                RawClient last = proxy.client(); Ctl ctl = proxy.ctl()) {
            first.send(Requests.get("/1"));
            second.send(Requests.get("/2"));
            Await.until("two requests arrived", () -> backend.seen().size() == 2);
            final RawClient vanishing = proxy.client().send(Requests.get("/vanished"));
            Await.until("one waits", () -> proxy.counter("backend.queue.waiting") == 1);
            last.send(Requests.get("/3"));
            Await.until("two wait", () -> proxy.counter("backend.queue.waiting") == 2);
            vanishing.reset();
            Await.until("one waits", () -> proxy.counter("backend.queue.waiting") == 1);
            ctl.obeyed("ADD_BACKEND", "{\"cluster_id\":\"web\",\"backend_id\":\"b1\",\"address\":\""
                    + backend.address() + "\",\"max_connections\":3}");
            Await.until("the third request arrived", () -> backend.seen().size() == 3);
            gate.release(3);
            assertEquals(200, last.answer().status());
            assertEquals(0, backend.seen(seen -> seen.head().target().equals("/vanished")).size());
        }
    }
}
