package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Order;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ExchangeTerms;
import io.sozu.control.model.FailurePolicy;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Three exchanges on one front connection, each over a back connection of HTTP/1.1. */
@ExtendWith(LeakCheck.class)
final class ThreeStreamTest {
    private static final List<Script> SCRIPTS = List.of(
            new Script(1, true, false, 0, 'l', 150_000),
            new Script(2, true, false, 9_000, 'c', 700),
            new Script(3, true, false, 3, 'u', 40_000));

    /** What one stream has received. */
    private static final class Stream {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private String status;
        private char end;
    }

    private final Stream[] streams = {new Stream(), new Stream(), new Stream(), new Stream()};
    private final StringBuilder order = new StringBuilder();
    private byte[] held = new byte[0];

    private void take(final byte[] bytes) {
        held = MessageReader.concat(held, bytes);
        while (held.length >= 4 && held.length >= 4 + length()) {
            final byte[] payload = Arrays.copyOfRange(held, 4, 4 + length());
            final Stream stream = streams[held[0]];
            switch (held[1]) {
                case 'H' -> stream.status = new String(payload, ISO_8859_1);
                case 'D' -> stream.body.writeBytes(payload);
                default -> {
                    stream.end = (char) held[1];
                    order.append(held[0]);
                }
            }
            held = Arrays.copyOfRange(held, 4 + length(), held.length);
        }
    }

    private int length() {
        return (held[2] & 0xff) << 8 | held[3] & 0xff;
    }

    private static byte[] frame(final int stream, final char kind, final byte[] payload) {
        return MessageReader.concat(new byte[] {(byte) stream, (byte) kind, (byte) (payload.length >>> 8),
            (byte) payload.length}, payload);
    }

    private SimPeer client(final SimProxy proxy) {
        final SimPeer client = proxy.connect().onBytes((peer, bytes) -> take(bytes));
        for (final Script script : SCRIPTS) {
            client.send(frame(script.number(), 'H',
                    (script.target() + " " + script.requestBytes()).getBytes(ISO_8859_1)));
        }
        for (int at = 0; at < 9_000; at += 500) {
            for (final Script script : SCRIPTS) {
                if (at < script.requestBytes()) {
                    client.send(frame(script.number(), 'D', Arrays.copyOfRange(script.requestBody(), at,
                            Math.min(script.requestBytes(), at + 500))));
                }
            }
        }
        return client;
    }

    /** A connection counts once, however many exchanges it has. */
    private static void admitOneConnection(final SimProxy proxy) {
        proxy.order(new Order.AddCluster(new ClusterConfig(SimProxy.CLUSTER, false, false,
                BalancingConfig.DEFAULT, FailurePolicy.DEFAULT, new ClusterAdmission(1, null),
                ExchangeTerms.NONE)), -1);
    }

    private void carry(final long seed, final FaultPlan plan) {
        try (SimProxy proxy = SimProxy.multiplexed(seed, plan)) {
            proxy.world.buffers(8 << 10, 8 << 10);
            admitOneConnection(proxy);
            final SimBackend backend = new SimBackend(proxy, seed, 0, true);
            proxy.addBackend("b0", backend.port());
            final SimPeer client = client(proxy);
            proxy.runUntil(() -> order.length() == SCRIPTS.size());
            for (final Script script : SCRIPTS) {
                assertEquals("200", streams[script.number()].status);
                assertArrayEquals(script.responseBody(), streams[script.number()].body.toByteArray());
                assertEquals('E', streams[script.number()].end);
            }
            assertNull(backend.wrong());
            assertEquals(3, backend.answered());
            assertEquals(0, proxy.worker.traffic().exchanges().live());
            assertEquals(1, proxy.worker.admission().claims());
            client.close();
            proxy.runUntil(() -> proxy.counter("client.connections") == 0);
            assertEquals(0, proxy.worker.admission().claims());
        }
    }

    private void forget() {
        order.setLength(0);
        held = new byte[0];
        for (int i = 0; i < streams.length; i++) {
            streams[i] = new Stream();
        }
    }

    @Test
    void shouldCarryThreeExchangesOnOneConnectionAtOnce() {
        final Set<String> orders = new TreeSet<>();
        for (long seed = 1; seed <= 12; seed++) {
            forget();
            carry(seed, FaultPlan.none());
            orders.add(order.toString());
        }
        for (int stream = 1; stream <= SCRIPTS.size(); stream++) {
            final String number = Integer.toString(stream);
            assertTrue(orders.stream().anyMatch(order -> order.endsWith(number)),
                    "no stream waits for another, yet this one never ends last: " + number + " in " + orders);
        }
    }

    @Test
    void shouldCarryThemUnderFaultsThatLoseNothing() {
        for (long seed = 1; seed <= 60; seed++) {
            forget();
            try {
                carry(seed, FaultPlan.gentle());
            } catch (final Throwable e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void shouldGiveBackAllThreeWhenTheClientIsGone() {
        try (SimProxy proxy = SimProxy.multiplexed(3, FaultPlan.none())) {
            admitOneConnection(proxy);
            final SimBackend backend = new SimBackend(proxy, 3, 0, true);
            proxy.addBackend("b0", backend.port());
            final SimPeer client = client(proxy);
            proxy.runUntil(() -> proxy.worker.traffic().exchanges().live() == 3);
            client.reset();
            proxy.runUntil(() -> proxy.counter("client.connections") == 0);
            assertEquals(0, proxy.worker.admission().claims());
            assertEquals(0, proxy.worker.traffic().exchanges().live());
            assertEquals(0, proxy.worker.traffic().pool().used());
        }
    }
}
