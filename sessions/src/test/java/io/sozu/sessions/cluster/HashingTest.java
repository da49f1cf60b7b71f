package io.sozu.sessions.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.sessions.cluster.balance.Balancers;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The ways of balancing that give the same key to the same backend. */
@ExtendWith(LeakCheck.class)
final class HashingTest {
    private static final int KEYS = 50_000;
    private static final long SECOND = 1_000_000_000L;
    private final List<Clusters> workers = new ArrayList<>();

    @AfterEach
    void close() {
        workers.forEach(Clusters::close);
    }

    private static BackendSettings backend(final int number, final int weight) {
        return new BackendSettings("b" + number,
                BackendAddress.of(new InetSocketAddress("10.0.0.1", 8000 + number)), weight, null, false);
    }

    private Cluster starting(final LoadBalancing way, final long slowStartNanos) {
        final Clusters clusters = new Clusters(Balancers::of, workers.size());
        workers.add(clusters);
        return clusters.put("web", new ClusterSettings(way, LoadMetric.CONNECTIONS, FailureSettings.DEFAULT,
                new AffinitySettings(HashKey.SOURCE, slowStartNanos, null)));
    }

    private Cluster cluster(final LoadBalancing way, final int... weights) {
        final Cluster cluster = starting(way, 0);
        for (int i = 0; i < weights.length; i++) {
            workers.getLast().addBackend("web", backend(i, weights[i]));
        }
        return cluster;
    }

    private static long key(final int number) {
        return KeyHash.of("key " + number);
    }

    private static Backend pick(final Cluster cluster, final int number) {
        return cluster.pick(0, RetryPolicy.NONE_TRIED, key(number));
    }

    private static String[] choices(final Cluster cluster) {
        final String[] choices = new String[KEYS];
        for (int i = 0; i < KEYS; i++) {
            choices[i] = pick(cluster, i).id();
        }
        return choices;
    }

    private static int[] weights(final int count) {
        final int[] weights = new int[count];
        Arrays.fill(weights, 100);
        return weights;
    }

    private static double moved(final String[] before, final String[] after) {
        int moved = 0;
        for (int i = 0; i < KEYS; i++) {
            moved += before[i].equals(after[i]) ? 0 : 1;
        }
        return (double) moved / KEYS;
    }

    @ParameterizedTest
    @EnumSource(value = LoadBalancing.class, names = {"HRW", "MAGLEV"})
    void shouldSpreadKeysInProportionToTheWeights(final LoadBalancing way) {
        final int[] weights = {10, 20, 30, 40, 0, 255};
        final Cluster cluster = cluster(way, weights);
        final int[] counts = new int[weights.length];
        for (int i = 0; i < KEYS; i++) {
            counts[Integer.parseInt(pick(cluster, i).id().substring(1))]++;
        }
        double chi = 0;
        for (int i = 0; i < weights.length; i++) {
            final double expected = (double) KEYS * weights[i] / 355;
            chi += weights[i] == 0 ? 0 : (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        assertEquals(0, counts[4]);
        final double statistic = chi;
        // Four degrees of freedom: what chance exceeds once in a thousand times.
        assertTrue(statistic < 18.47, () -> "chi square " + statistic);
    }

    @ParameterizedTest
    @EnumSource(value = LoadBalancing.class, names = {"HRW", "MAGLEV"})
    void shouldMoveLittleMoreThanItsOwnKeysWhenABackendLeavesOrComes(final LoadBalancing way) {
        final double allowance = way == LoadBalancing.HRW ? 0.01 : 0.02;
        for (final int count : new int[] {2, 3, 4, 5, 8, 9, 16, 17, 33, 100, 160}) {
            final Cluster cluster = cluster(way, weights(count));
            final String[] before = choices(cluster);
            final Backend gone = cluster.backend(count / 2);
            workers.getLast().removeBackend("web", gone.id(), gone.address());
            final String[] between = choices(cluster);
            assertTrue(moved(before, between) <= 1.0 / count + allowance,
                    () -> count + " backends: moved " + moved(before, between));
            workers.getLast().addBackend("web", backend(count / 2, 100));
            assertEquals(0, moved(before, choices(cluster)));
        }
    }

    @ParameterizedTest
    @EnumSource(value = LoadBalancing.class, names = {"HRW", "MAGLEV"})
    void shouldMoveOnlyTheKeysOfABackendThatCannotServeNow(final LoadBalancing way) {
        final Cluster cluster = cluster(way, weights(7));
        final String[] before = choices(cluster);
        final Backend down = cluster.backend(3);
        while (down.health().isUsable(0)) {
            down.connectFailed(0);
        }
        final String[] after = choices(cluster);
        int own = 0;
        for (int i = 0; i < KEYS; i++) {
            if (before[i].equals("b3")) {
                own++;
            } else {
                assertEquals(before[i], after[i]);
            }
        }
        assertEquals((double) own / KEYS, moved(before, after));
        down.connectSucceeded();
        assertEquals(0, moved(before, choices(cluster)));
    }

    @ParameterizedTest
    @EnumSource(value = LoadBalancing.class, names = {"HRW", "MAGLEV"})
    void shouldChooseTheSameInEveryWorkerWhateverTheOrderOfOrders(final LoadBalancing way) {
        final Cluster first = cluster(way, weights(20));
        final Cluster second = starting(way, 0);
        final List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(1));
        order.forEach(number -> workers.getLast().addBackend("web", backend(number, 100)));
        pick(second, 0);
        for (int i = 20; i < 25; i++) {
            workers.getLast().removeBackend("web", "b" + i, backend(i, 100).address());
        }
        assertEquals(0, moved(choices(first), choices(second)));
    }

    @ParameterizedTest
    @EnumSource(value = LoadBalancing.class, names = {"HRW", "MAGLEV"})
    void shouldTryAnotherForTheSameKey(final LoadBalancing way) {
        final Cluster cluster = cluster(way, weights(3));
        long tried = RetryPolicy.NONE_TRIED;
        final List<Backend> seen = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            final Backend next = cluster.pick(0, tried, key(5));
            assertTrue(!seen.contains(next));
            seen.add(next);
            tried = RetryPolicy.tried(tried, next.index());
        }
        assertSame(null, cluster.pick(0, tried, key(5)));
    }

    @ParameterizedTest
    @EnumSource(value = LoadBalancing.class, names = {"HRW", "MAGLEV"})
    void shouldServeAllKeysWhileEveryWeightIsZero(final LoadBalancing way) {
        final Cluster cluster = cluster(way, 0, 0);
        assertEquals(0.5, share(cluster, "b0", 0), 0.02);
    }

    @ParameterizedTest
    @EnumSource(value = LoadBalancing.class, names = {"HRW", "MAGLEV"})
    void shouldGiveANewBackendMoreAndMoreOfItsOwnKeys(final LoadBalancing way) {
        final Cluster cluster = starting(way, 10 * SECOND);
        workers.getLast().addBackend("web", backend(0, 100));
        workers.getLast().addBackend("web", backend(1, 100));
        assertEquals(0.5, share(cluster, "b0", 0), 0.02);
        workers.getLast().addBackend("web", backend(2, 100));
        assertEquals(0, share(cluster, "b2", 0), 0.001);
        final double half = share(cluster, "b2", 5 * SECOND);
        assertTrue(half > 0.1 && half < 0.25, () -> half + " after half of the time");
        assertEquals(1.0 / 3, share(cluster, "b2", 10 * SECOND), 0.02);
    }

    private static double share(final Cluster cluster, final String id, final long nowNanos) {
        int share = 0;
        for (int i = 0; i < KEYS; i++) {
            share += cluster.pick(nowNanos, RetryPolicy.NONE_TRIED, key(i)).id().equals(id) ? 1 : 0;
        }
        return (double) share / KEYS;
    }

    @ParameterizedTest
    @EnumSource(value = LoadBalancing.class, names = {"HRW", "MAGLEV"})
    void shouldUseABackupOnlyForWhatNobodyElseServes(final LoadBalancing way) {
        final Cluster cluster = cluster(way, 100);
        workers.getLast().addBackend("web", new BackendSettings("spare",
                BackendAddress.of(new InetSocketAddress("10.0.0.9", 80)), 100, null, true));
        final Backend first = pick(cluster, 1);
        assertEquals("b0", first.id());
        final Backend second = cluster.pick(0, RetryPolicy.tried(RetryPolicy.NONE_TRIED, first.index()),
                key(1));
        assertNotSame(first, second);
    }
}
