package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderUpdates;
import io.sozu.control.model.ListenerConfig;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A listener whose settings change while its connections are in every phase. */
@ExtendWith(LeakCheck.class)
final class ListenerUpdateTest {
    private static final InetSocketAddress LISTENER = new InetSocketAddress("127.0.0.1", SimProxy.PORT);
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final SimProxy proxy = new SimProxy(5, FaultPlan.none(), SimProxy.options());
    private final List<MessageReader.Message> seen = new ArrayList<>();
    private final List<SimPeer> backends = new ArrayList<>();

    @AfterEach
    void close() {
        proxy.close();
    }

    private void backend() {
        proxy.addBackend("b", proxy.world.listen(0, peer -> {
            backends.add(peer);
            final MessageReader reader = new MessageReader(false, message -> {
                seen.add(message);
                if (!message.line().contains("/hold")) {
                    peer.send(OK);
                }
            });
            peer.onBytes((p, bytes) -> reader.take(bytes));
        }).port());
    }

    private void update(final ObjectNode fields) throws OrderException {
        proxy.order(OrderUpdates.change(new Order.UpdateHttpListener(LISTENER, fields),
            ListenerConfig.http(LISTENER)), -1);
    }

    private static ObjectNode fields() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static String get(final String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private void runUntilAnswered(final SimPeer client, final int answers) {
        proxy.runUntil(() -> client.receivedText().split("HTTP/1.1 200 OK", -1).length == answers + 1
            && client.receivedText().endsWith("ok"));
    }

    @Test
    void shouldKeepEveryConnectionAndServeTheNextRequestByTheNewSettings() throws OrderException {
        backend();
        final SimPeer idle = proxy.connect().send(get("/1"));
        runUntilAnswered(idle, 1);
        final SimPeer halfHead = proxy.connect().send("GET /2 HTTP/1.1\r\nHo");
        final SimPeer halfBody =
            proxy.connect().send("POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
        final SimPeer held = proxy.connect().send(get("/hold"));
        proxy.runUntil(() -> seen.stream().anyMatch(each -> each.line().contains("/hold")));
        assertEquals("Sozu-Id", name(seen.getFirst()));

        update(fields().put("forwarded", "off").put("sozu_id_header", "X-Id").put("send_x_real_ip", true));

        backends.forEach(each -> {
            if (each.receivedText().contains("/hold")) {
                each.send(OK);
            }
        });
        runUntilAnswered(held, 1);
        halfHead.send("st: a\r\n\r\n");
        runUntilAnswered(halfHead, 1);
        halfBody.send("def");
        runUntilAnswered(halfBody, 1);
        for (final SimPeer client : List.of(idle, halfHead, halfBody, held)) {
            client.send(get("/again"));
            runUntilAnswered(client, 2);
            assertFalse(client.isEnded());
            final MessageReader.Message last = seen.getLast();
            assertEquals("X-Id", name(last));
            assertEquals(null, last.field("X-Forwarded-For"));
            assertEquals("127.0.0.1", last.field("X-Real-IP"));
        }
        assertEquals(0, proxy.counter("sessions.broken"));
    }

    private static String name(final MessageReader.Message message) {
        return message.field("X-Id") != null ? "X-Id" : message.field("Sozu-Id") != null ? "Sozu-Id" : "";
    }

    @Test
    void shouldTimeWhatBeginsFromNowOnByTheNewTimeouts() throws OrderException {
        backend();
        final SimPeer client = proxy.connect().send(get("/1"));
        runUntilAnswered(client, 1);
        update(fields().put("request_timeout", 2).put("max_keepalive_requests", 3));
        client.send(get("/2"));
        runUntilAnswered(client, 2);
        final long begin = proxy.worker.clock().nowNanos();
        final SimPeer other = proxy.connect().send("GET /never");
        proxy.runUntil(other::isEnded);
        assertTrue(other.receivedText().startsWith("HTTP/1.1 408 "), other::receivedText);
        final long tookNanos = proxy.worker.clock().nowNanos() - begin;
        assertTrue(tookNanos >= 2_000_000_000L && tookNanos < 3_000_000_000L, () -> tookNanos + " ns");
        client.send(get("/3"));
        proxy.runUntil(client::isEnded);
        assertTrue(client.receivedText().contains("Connection: close"), client::receivedText);
    }

    @Test
    void shouldLetInWhoWaitedWhenTheListenerTakesMore() throws OrderException {
        backend();
        update(fields().put("max_connections", 1));
        final SimPeer first = proxy.connect().send(get("/1"));
        runUntilAnswered(first, 1);
        final SimPeer second = proxy.connect().send(get("/2"));
        first.send(get("/3"));
        runUntilAnswered(first, 2);
        assertEquals("", second.receivedText());
        update(fields().put("max_connections", 2));
        runUntilAnswered(second, 1);
        assertFalse(first.isEnded());
    }

    @Test
    void shouldReplaceTheProfileAgainAndAgainWithoutALeak() throws OrderException {
        for (int i = 1; i <= 1000; i++) {
            update(fields().put("front_timeout", i));
        }
        assertEquals("ERROR", proxy.worker.orders().apply(new Order.ReplaceHttpListener(
            ListenerConfig.http(new InetSocketAddress("127.0.0.1", 1))), -1).status().name());
    }
}
