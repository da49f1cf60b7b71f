package io.sozu.sessions.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.sessions.cluster.balance.Balancers;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which backend a cookie ties its client to, and what a new backend gets meanwhile. */
@ExtendWith(LeakCheck.class)
final class StickinessTest {
    private static final long SECOND = 1_000_000_000L;
    private final Clusters clusters = new Clusters(Balancers::of, 42);
    private final Cluster cluster = put("web", "; Path=/", 0);

    @AfterEach
    void close() {
        clusters.close();
    }

    private Cluster put(final String id, final String attributes, final long slowStartNanos) {
        return clusters.put(id, new ClusterSettings(LoadBalancing.ROUND_ROBIN, LoadMetric.CONNECTIONS,
                new FailureSettings(8, SECOND, 1, 1, 10 * SECOND, 100, 2, 0),
                new AffinitySettings(HashKey.SOURCE, slowStartNanos, attributes)));
    }

    private Backend add(final String cluster, final String id, final String stickyId, final int port) {
        return clusters.addBackend(cluster, settings(id, stickyId, port, 100, false));
    }

    private static BackendSettings settings(final String id, final String stickyId, final int port,
            final int weight, final boolean backup) {
        return new BackendSettings(id, BackendAddress.of(new InetSocketAddress("10.0.0.1", port)), weight,
                stickyId, backup);
    }

    private static Backend named(final Cluster where, final String value) {
        final byte[] bytes = value.getBytes(US_ASCII);
        final long address = NativeMemory.allocate(MemoryTag.SCRATCH, Math.max(1, bytes.length));
        try {
            Memory.copy(bytes, 0, address, bytes.length);
            return where.stickiness().find(address, bytes.length);
        } finally {
            NativeMemory.free(MemoryTag.SCRATCH, address, Math.max(1, bytes.length));
        }
    }

    private static String value(final Backend backend) {
        return new String(backend.cluster().stickiness().value(backend), US_ASCII);
    }

    private Backend tied(final Backend backend, final long nowNanos) {
        return cluster.pickTied(backend, nowNanos, RetryPolicy.NONE_TRIED, 0);
    }

    @Test
    void shouldNameABackendByItsStickyIdOrElseItsId() {
        final Backend a = add("web", "a", null, 1);
        final Backend b = add("web", "b", "two", 2);
        assertEquals("a", value(a));
        assertEquals("two", value(b));
        assertSame(a, named(cluster, "a"));
        assertSame(b, named(cluster, "two"));
        for (final String other : new String[] {"", "b", "tw", "twoo", "TWO", "\"two\""}) {
            assertNull(named(cluster, other), other);
        }
    }

    @Test
    void shouldHashWhatACookieCannotCarryAndTellApartWhatSharesAName() {
        final Backend odd = add("web", "a;b \u00e9", null, 1);
        final Backend first = add("web", "same", null, 2);
        final Backend second = add("web", "same", null, 3);
        final Backend third = add("web", "c", "same", 4);
        for (final Backend backend : new Backend[] {odd, first, second, third}) {
            assertTrue(value(backend).matches("[0-9a-f]{16}"), value(backend));
            assertSame(backend, named(cluster, value(backend)));
        }
        assertNotEquals(value(first), value(second));
        clusters.removeBackend("web", "same", second.address());
        clusters.removeBackend("web", "c", third.address());
        assertEquals("same", value(first));
    }

    @Test
    void shouldFollowAChangeOfTheStickyId() {
        final Backend a = add("web", "a", null, 1);
        assertSame(a, named(cluster, "a"));
        clusters.addBackend("web", settings("a", "new", 1, 100, false));
        assertSame(a, named(cluster, "new"));
        assertNull(named(cluster, "a"));
    }

    @Test
    void shouldKnowNoBackendOfAnotherCluster() {
        put("other", "; Path=/", 0);
        add("web", "a", null, 1);
        final Backend other = add("other", "b", null, 2);
        assertNull(named(cluster, "b"));
        assertNotEquals(other, tied(other, 0));
    }

    @Test
    void shouldTieNobodyWhereTheClusterDoesNot() {
        final Backend a = add("web", "a", null, 1);
        assertSame(a, named(cluster, "a"));
        put("web", null, 0);
        assertNull(cluster.stickiness());
        assertTrue(!cluster.wantsAffinity());
    }

    @Test
    void shouldKeepAClientAtABackendThatGetsNoNewOnes() {
        add("web", "a", null, 1);
        final Backend drained = clusters.addBackend("web", settings("b", null, 2, 0, false));
        final Backend spare = clusters.addBackend("web", settings("c", null, 3, 100, true));
        for (int i = 0; i < 10; i++) {
            assertSame(drained, tied(drained, 0));
            assertSame(spare, tied(spare, 0));
            assertEquals("a", cluster.pick(0, RetryPolicy.NONE_TRIED).id());
        }
    }

    @Test
    void shouldChooseAnotherWhileABackendCannotServe() {
        final Backend a = add("web", "a", null, 1);
        final Backend b = add("web", "b", null, 2);
        assertSame(a, tied(a, 0));
        assertSame(b, cluster.pickTied(a, 0, RetryPolicy.tried(RetryPolicy.NONE_TRIED, a.index()), 0));
        while (a.health().isUsable(0)) {
            a.connectFailed(0);
        }
        assertSame(b, tied(a, 0));
        a.connectSucceeded();
        assertSame(a, tied(a, 0));
        assertTrue(a.answered(500, 0));
        assertSame(b, tied(a, 0));
        assertSame(a, tied(a, 10 * SECOND));
        a.exchangeStarted();
        clusters.removeBackend("web", "a", a.address());
        assertSame(b, tied(a, 10 * SECOND));
        assertNull(cluster.stickiness().value(a));
        a.exchangeEnded();
        assertSame(b, tied(null, 10 * SECOND));
    }

    @Test
    void shouldWaitForRoomAtTheBackendAClientIsTiedTo() {
        final Backend a = clusters.addBackend("web", new BackendSettings("a",
                BackendAddress.of(new InetSocketAddress("10.0.0.1", 1)), 100, null, false, 1));
        final Backend b = add("web", "b", null, 2);
        a.exchangeStarted();
        assertNull(tied(a, 0));
        assertTrue(cluster.isFull());
        assertSame(b, cluster.pick(0, RetryPolicy.NONE_TRIED));
        a.exchangeEnded();
        assertSame(a, tied(a, 0));
    }

    private int share(final Backend backend, final long nowNanos, final int picks) {
        int share = 0;
        for (int i = 0; i < picks; i++) {
            share += cluster.pick(nowNanos, RetryPolicy.NONE_TRIED) == backend ? 1 : 0;
        }
        return share;
    }

    @Test
    void shouldLetTheShareOfANewBackendGrow() {
        put("web", null, 10 * SECOND);
        final Backend a = add("web", "a", null, 1);
        final Backend b = add("web", "b", null, 2);
        assertEquals(500, share(a, 5 * SECOND, 1000), "both are new: neither is slow");
        final Backend c = add("web", "c", null, 3);
        assertTrue(share(c, 5 * SECOND, 1000) <= 1);
        final int after2 = share(c, 7 * SECOND, 10_000);
        final int after5 = share(c, 10 * SECOND, 10_000);
        assertEquals(10_000 * 0.2 / 2.2, after2, 20);
        assertEquals(10_000 * 0.5 / 2.5, after5, 20);
        assertEquals(3_333, share(c, 15 * SECOND, 10_000), 20);
        assertTrue(!c.isStarting());
        assertEquals(3_333, share(b, 15 * SECOND, 10_000), 20);
    }

    @Test
    void shouldStartSlowlyAgainAfterABackendWasAway() {
        put("web", null, 10 * SECOND);
        final Backend a = add("web", "a", null, 1);
        add("web", "b", null, 2);
        assertEquals(500, share(a, 0, 1000));
        while (a.health().isUsable(0)) {
            a.connectFailed(0);
        }
        a.connectSucceeded();
        assertTrue(share(a, SECOND, 1000) < 2);
        assertEquals(500, share(a, 11 * SECOND, 1000), 10);
        assertTrue(a.answered(500, 11 * SECOND));
        assertEquals(0, share(a, 12 * SECOND, 1000));
        assertTrue(a.returned(21 * SECOND));
        assertTrue(share(a, 21 * SECOND, 1000) < 2);
        assertEquals(500, share(a, 31 * SECOND, 1000), 10);
    }
}
