package io.sozu.sessions.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.sessions.cluster.balance.Balancers;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
final class BalancingTest {
    private static final long SECOND = 1_000_000_000L;
    private final Clusters clusters = new Clusters(Balancers::of, 42);
    private final Cluster cluster = clusters.put("web", ClusterSettings.DEFAULT);

    @AfterEach
    void close() {
        clusters.close();
    }

    private Backend add(final String id, final int weight, final boolean backup) {
        return clusters.addBackend("web", new BackendSettings(id,
                BackendAddress.of(new InetSocketAddress("127.0.0.1", 8000 + cluster.backendCount())),
                weight, null, backup));
    }

    private Backend add(final String id, final int weight) {
        return add(id, weight, false);
    }

    private Map<String, Integer> counts(final int picks, final long nowNanos, final long tried) {
        final Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < picks; i++) {
            counts.merge(cluster.pick(nowNanos, tried).id(), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void shouldPickInExactProportionOverEveryCycle() {
        add("a", 5);
        add("b", 1);
        add("c", 1);
        for (int cycle = 0; cycle < 10; cycle++) {
            assertEquals(Map.of("a", 5, "b", 1, "c", 1), counts(7, 0, RetryPolicy.NONE_TRIED));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldPickInExactProportionForRandomWeights(final long seed) {
        final Random random = new Random(seed);
        final Map<String, Integer> expected = new TreeMap<>();
        int sum = 0;
        for (int i = 0; i < 1 + random.nextInt(40); i++) {
            final int weight = 1 + random.nextInt(255);
            add("b" + i, weight);
            expected.put("b" + i, weight);
            sum += weight;
        }
        assertEquals(expected, counts(sum, 0, RetryPolicy.NONE_TRIED), "seed " + seed);
        assertEquals(expected, counts(sum, 0, RetryPolicy.NONE_TRIED), "seed " + seed);
    }

    @Test
    void shouldSpreadThePicksOfAHeavyBackend() {
        add("a", 2);
        add("b", 1);
        add("c", 1);
        int inARow = 0;
        for (int i = 0; i < 400; i++) {
            inARow = cluster.pick(0, RetryPolicy.NONE_TRIED).id().equals("a") ? inARow + 1 : 0;
            assertTrue(inARow <= 2, "pick " + i);
        }
    }

    @Test
    void shouldStartWorkersAtDifferentBackends() {
        final Map<String, Integer> first = new TreeMap<>();
        for (int seed = 0; seed < 400; seed++) {
            try (Clusters others = new Clusters(Balancers::of, seed * 0x9e3779b97f4a7c15L)) {
                final Cluster other = others.put("web", ClusterSettings.DEFAULT);
                for (int i = 0; i < 4; i++) {
                    others.addBackend("web", new BackendSettings("b" + i,
                            BackendAddress.of(new InetSocketAddress("127.0.0.1", 80))));
                }
                first.merge(other.pick(0, RetryPolicy.NONE_TRIED).id(), 1, Integer::sum);
            }
        }
        first.forEach((id, count) -> assertTrue(count > 50, id + " first " + count + " times of 400"));
        assertEquals(4, first.size());
    }

    @Test
    void shouldNeverPickWeight0UnlessAllHaveIt() {
        final Backend a = add("a", 0);
        final Backend b = add("b", 3);
        assertEquals(Map.of("b", 10), counts(10, 0, RetryPolicy.NONE_TRIED));
        assertNull(cluster.pick(0, RetryPolicy.tried(RetryPolicy.NONE_TRIED, b.index())));
        clusters.addBackend("web", new BackendSettings("b", b.address(), 0, null, false));
        assertEquals(Map.of("a", 5, "b", 5), counts(10, 0, RetryPolicy.NONE_TRIED));
        assertSame(a, cluster.pick(0, RetryPolicy.tried(RetryPolicy.NONE_TRIED, b.index())));
    }

    @Test
    void shouldTryThreeDifferentBackendsThenNone() {
        for (int i = 0; i < 5; i++) {
            add("b" + i, 100);
        }
        final List<Backend> tried = new ArrayList<>();
        long set = RetryPolicy.NONE_TRIED;
        while (RetryPolicy.mayRetry(set)) {
            final Backend next = cluster.pick(0, set);
            assertTrue(!tried.contains(next));
            tried.add(next);
            set = RetryPolicy.tried(set, next.index());
            assertEquals(tried.size(), RetryPolicy.attempts(set));
        }
        assertEquals(RetryPolicy.MAX_ATTEMPTS, tried.size());
        assertEquals(100, counts(100, 0, set).values().stream().mapToInt(i -> i).sum());
        assertEquals(2, counts(100, 0, set).size());
    }

    @Test
    void shouldPickNoneWhenAllWereTried() {
        final Backend a = add("a", 100);
        final long one = RetryPolicy.tried(RetryPolicy.NONE_TRIED, a.index());
        assertNull(cluster.pick(0, one));
        assertEquals(0, cluster.failOpenPicks());
        final Backend b = add("b", 100);
        assertSame(b, cluster.pick(0, one));
        assertNull(cluster.pick(0, RetryPolicy.tried(one, b.index())));
    }

    @Test
    void shouldPickExactlyAmongTheOthersWhileOneIsExcluded() {
        final Backend a = add("a", 10);
        add("b", 2);
        add("c", 1);
        final long tried = RetryPolicy.tried(RetryPolicy.NONE_TRIED, a.index());
        assertEquals(Map.of("b", 20, "c", 10), counts(30, 0, tried));
    }

    @Test
    void shouldKeepAwayFromABackendInBackOff() {
        final Backend a = add("a", 100);
        add("b", 100);
        assertTrue(a.connectFailed(0));
        assertEquals(Map.of("b", 10), counts(10, SECOND - 1, RetryPolicy.NONE_TRIED));
        assertEquals(1, cluster.usableBackends(SECOND - 1));
        assertEquals(Map.of("a", 5, "b", 5), counts(10, 2 * SECOND, RetryPolicy.NONE_TRIED));
        assertEquals(0, cluster.failOpenPicks());
    }

    @Test
    void shouldPickAmongAllWhenAllAreInBackOff() {
        final Backend a = add("a", 100);
        final Backend b = add("b", 100);
        final Backend backup = add("c", 100, true);
        a.connectFailed(0);
        b.connectFailed(0);
        assertEquals(Map.of("c", 4), counts(4, 1, RetryPolicy.NONE_TRIED));
        backup.connectFailed(0);
        assertEquals(Map.of("a", 2, "b", 2), counts(4, 1, RetryPolicy.NONE_TRIED));
        assertEquals(4, cluster.failOpenPicks());
        final long tried = RetryPolicy.tried(RetryPolicy.tried(0, a.index()), b.index());
        assertSame(backup, cluster.pick(1, tried));
    }

    @Test
    void shouldUseBackupsOnlyWithoutUsablePrimary() {
        final Backend a = add("a", 1);
        add("b", 100, true);
        assertEquals(Map.of("a", 10), counts(10, 0, RetryPolicy.NONE_TRIED));
        a.connectFailed(0);
        assertEquals(Map.of("b", 10), counts(10, 1, RetryPolicy.NONE_TRIED));
        assertTrue(a.connectSucceeded());
        assertEquals(Map.of("a", 10), counts(10, 1, RetryPolicy.NONE_TRIED));
        clusters.removeBackend("web", "a", a.address());
        assertEquals(Map.of("b", 10), counts(10, 1, RetryPolicy.NONE_TRIED));
    }

    @Test
    void shouldPickNoneOfAClusterThatIsEmptyOrNotConfigured() {
        assertNull(cluster.pick(0, RetryPolicy.NONE_TRIED));
        final Backend early = clusters.addBackend("later",
                new BackendSettings("a", BackendAddress.of(new InetSocketAddress("127.0.0.1", 80))));
        assertNotSame(cluster, early.cluster());
        assertNull(early.cluster().pick(0, RetryPolicy.NONE_TRIED));
        clusters.put("later", ClusterSettings.DEFAULT);
        assertSame(early, early.cluster().pick(0, RetryPolicy.NONE_TRIED));
        clusters.remove("later");
        assertNull(early.cluster().pick(0, RetryPolicy.NONE_TRIED));
        assertEquals(1, early.cluster().backendCount());
    }

    @Test
    void shouldAllocateNothingInAPick() {
        final var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 10; i++) {
            add("b" + i, i, i == 9);
        }
        long allocated = Long.MAX_VALUE;
        for (int batch = 0; batch < 60 && allocated != 0; batch++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            exchanges(10_000);
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated, "bytes in the last 10 000 exchanges");
    }

    private void exchanges(final int count) {
        for (int i = 0; i < count; i++) {
            final long nowNanos = i * SECOND / 100;
            final Backend first = cluster.pick(nowNanos, RetryPolicy.NONE_TRIED);
            first.connectFailed(nowNanos);
            final Backend second = cluster.pick(nowNanos,
                    RetryPolicy.tried(RetryPolicy.NONE_TRIED, first.index()));
            second.connectSucceeded();
            second.exchangeStarted();
            second.connectionOpened();
            second.connectionIdle();
            second.connectionBusy();
            second.connectionClosed();
            second.exchangeEnded();
        }
    }
}
