package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an exchange costs in system calls, descriptors and native memory: counts that no machine changes. */
@ExtendWith(LeakCheck.class)
final class CallsPerExchangeTest {
    private static final int CLIENTS = 32;
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String LAST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private SimProxy proxy;
    private int answers;

    @BeforeEach
    void start() {
        proxy = new SimProxy(3, FaultPlan.none(), SimProxy.options());
        proxy.world.latency(0, 0);
        proxy.addBackend("b", peer -> peer.send(OK));
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private SimPeer client() {
        final SimPeer client = proxy.connect();
        client.onBytes((peer, bytes) -> answers += new String(bytes).endsWith("ok") ? 1 : 0);
        return client;
    }

    /** All clients ask at the same time, and have their answers when this returns. */
    private void ask(final List<SimPeer> clients, final String request) {
        final int wanted = answers + clients.size();
        clients.forEach(client -> client.send(request));
        proxy.runUntil(() -> answers == wanted);
    }

    private List<SimPeer> clients(final int count) {
        final List<SimPeer> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(client());
        }
        return clients;
    }

    private static long[] nativeBytes() {
        return Arrays.stream(MemoryTag.values()).mapToLong(NativeMemory::bytes).toArray();
    }

    @Test
    void shouldMakeTwoReceivesAndTwoSendsOfAKeptExchange() {
        final List<SimPeer> one = clients(1);
        ask(one, GET);
        final SortedMap<String, Long> made = proxy.callsOf(() -> ask(one, GET));
        assertEquals(2, made.remove("recv"));
        assertEquals(2, made.remove("send"));
        assertTrue(made.remove("epoll_wait") <= 4);
        assertEquals(Map.of(), made);
    }

    @Test
    void shouldMakeLittleMoreThanFourCallsOfEachKeptExchangeUnderLoad() {
        final List<SimPeer> many = clients(CLIENTS);
        ask(many, GET);
        final SortedMap<String, Long> made = proxy.callsOf(() -> {
            for (int i = 0; i < 100; i++) {
                ask(many, GET);
            }
        });
        final long all = made.values().stream().mapToLong(Long::longValue).sum();
        assertTrue(all <= 100 * CLIENTS * 4.2, made::toString);
    }

    @Test
    void shouldMakeTheLeastOfANewConnection() {
        ask(clients(CLIENTS), LAST);
        proxy.runUntil(() -> proxy.counter("client.connections") == 0);
        final SortedMap<String, Long> made = proxy.callsOf(() -> {
            ask(clients(CLIENTS), LAST);
            proxy.runUntil(() -> proxy.counter("client.connections") == 0);
        });
        made.remove("epoll_wait");
        final long accepts = made.remove("accept");
        assertTrue(accepts > CLIENTS && accepts <= CLIENTS + 4, "accepts " + accepts);
        assertEquals(Map.of("close", (long) CLIENTS, "recv", 2L * CLIENTS, "send", 2L * CLIENTS,
                "shutdown.1", (long) CLIENTS), made);
    }

    @Test
    void shouldHoldAsMuchAfterAThousandExchangesAsAfterAFew() {
        final List<SimPeer> many = clients(CLIENTS);
        for (int i = 0; i < 10; i++) {
            ask(many, GET);
        }
        final int descriptors = proxy.kernel.openFds().size();
        final long[] bytes = nativeBytes();
        final int pages = proxy.worker.traffic().pool().used();
        for (int i = 0; i < 1000 / CLIENTS + 1; i++) {
            ask(many, GET);
        }
        assertEquals(descriptors, proxy.kernel.openFds().size());
        assertEquals(Arrays.toString(bytes), Arrays.toString(nativeBytes()));
        assertEquals(pages, proxy.worker.traffic().pool().used());
        assertEquals(0, pages, "an idle connection holds no page");
    }
}
