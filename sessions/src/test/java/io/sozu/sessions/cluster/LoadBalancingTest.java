package io.sozu.sessions.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.sessions.cluster.balance.Balancers;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways of balancing that choose by chance or by load. */
@ExtendWith(LeakCheck.class)
final class LoadBalancingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int PICKS = 100_000;
    private Clusters clusters = new Clusters(Balancers::of, 42);
    private Cluster cluster;
    private final List<Backend> backends = new ArrayList<>();

    @AfterEach
    void close() {
        clusters.close();
    }

    private void balance(final LoadBalancing way, final LoadMetric metric, final int... weights) {
        cluster = clusters.put("web", new ClusterSettings(way, metric));
        for (final int weight : weights) {
            backends.add(clusters.addBackend("web", new BackendSettings("b" + backends.size(),
                    BackendAddress.of(new InetSocketAddress("127.0.0.1", 8000 + backends.size())), weight,
                    null, false)));
        }
    }

    private Backend pick(final long nowNanos) {
        return cluster.pick(nowNanos, RetryPolicy.NONE_TRIED);
    }

    private int[] counts(final int picks) {
        final int[] counts = new int[backends.size()];
        for (int i = 0; i < picks; i++) {
            counts[backends.indexOf(pick(0))]++;
        }
        return counts;
    }

    /** Pearson's statistic of counts against the weights. */
    private static double chiSquare(final int[] counts, final int... weights) {
        long picks = 0;
        long sum = 0;
        for (int i = 0; i < counts.length; i++) {
            picks += counts[i];
            sum += weights[i];
        }
        double chi = 0;
        for (int i = 0; i < counts.length; i++) {
            final double expected = (double) picks * weights[i] / sum;
            chi += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        return chi;
    }

    /** Four degrees of freedom: what chance exceeds once in a thousand times. */
    private static void assertProportional(final int[] counts, final int... weights) {
        assertTrue(chiSquare(counts, weights) < 18.47, () -> "chi square " + chiSquare(counts, weights));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldPickByChanceInProportionToTheWeights(final long seed) {
        clusters.close();
        clusters = new Clusters(Balancers::of, seed * 0x9e3779b97f4a7c15L);
        balance(LoadBalancing.RANDOM, LoadMetric.CONNECTIONS, 1, 20, 100, 100, 255);
        assertProportional(counts(PICKS), 1, 20, 100, 100, 255);
    }

    @ParameterizedTest
    @EnumSource(names = {"LEAST_LOADED", "POWER_OF_TWO"})
    void shouldSpreadByWeightWhileNobodyIsLoaded(final LoadBalancing way) {
        balance(way, LoadMetric.REQUESTS, 1, 20, 100, 100, 255);
        assertProportional(counts(PICKS), 1, 20, 100, 100, 255);
    }

    @Test
    void shouldPickTheLeastLoadedForItsWeight() {
        balance(LoadBalancing.LEAST_LOADED, LoadMetric.REQUESTS, 100, 50, 50);
        for (int i = 0; i < 400; i++) {
            pick(0).exchangeStarted();
        }
        assertEquals(200, backends.get(0).activeExchanges());
        assertEquals(100, backends.get(1).activeExchanges());
        assertEquals(100, backends.get(2).activeExchanges());
        backends.get(2).exchangeEnded();
        assertSame(backends.get(2), pick(0));
    }

    @Test
    void shouldCountConnectionsInUseAndNoIdleOnes() {
        balance(LoadBalancing.LEAST_LOADED, LoadMetric.CONNECTIONS, 100, 100);
        backends.get(0).connectionOpened();
        backends.get(1).exchangeStarted();
        assertSame(backends.get(1), pick(0));
        backends.get(0).connectionIdle();
        backends.get(1).connectionOpened();
        assertSame(backends.get(0), pick(0));
    }

    @Test
    void shouldNeverPickTheMostLoadedOfTwoChoices() {
        balance(LoadBalancing.POWER_OF_TWO, LoadMetric.REQUESTS, 100, 100, 100, 100, 100);
        for (int i = 0; i < backends.size(); i++) {
            for (int exchange = 0; exchange < i; exchange++) {
                backends.get(i).exchangeStarted();
            }
        }
        // Of the ten pairs the least loaded wins four, the next three, then two, one, none.
        final int[] counts = counts(PICKS);
        assertEquals(0, counts[4]);
        assertProportional(new int[] {counts[0], counts[1], counts[2], counts[3]}, 4, 3, 2, 1);
    }

    @Test
    void shouldStayNearlyEvenWithTwoChoices() {
        balance(LoadBalancing.POWER_OF_TWO, LoadMetric.REQUESTS,
                100, 100, 100, 100, 100, 100, 100, 100, 100, 100);
        for (int i = 0; i < 10_000; i++) {
            pick(0).exchangeStarted();
        }
        for (final Backend backend : backends) {
            assertEquals(1000, backend.activeExchanges(), 10, backend::id);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RANDOM", "LEAST_LOADED", "POWER_OF_TWO"})
    void shouldPickTheOnlyOneThatIsLeft(final LoadBalancing way) {
        balance(way, LoadMetric.CONNECTION_TIME, 100, 0, 100);
        final long tried = RetryPolicy.tried(RetryPolicy.NONE_TRIED, backends.get(0).index());
        for (int i = 0; i < 100; i++) {
            assertSame(backends.get(2), cluster.pick(0, tried));
        }
    }

    @Test
    void shouldPreferWhoAnswersFaster() {
        balance(LoadBalancing.LEAST_LOADED, LoadMetric.CONNECTION_TIME, 100, 100);
        backends.get(0).responded(SECOND / 100, 0);
        backends.get(1).responded(SECOND / 10, 0);
        for (int exchange = 0; exchange < 9; exchange++) {
            assertSame(backends.get(0), pick(0), "exchange " + exchange);
            backends.get(0).exchangeStarted();
        }
        backends.get(0).exchangeStarted();
        assertSame(backends.get(1), pick(0));
    }

    @Test
    void shouldTryASlowBackendAgainAfterAWhile() {
        balance(LoadBalancing.LEAST_LOADED, LoadMetric.CONNECTION_TIME, 100, 100);
        backends.get(1).responded(3 * SECOND / 100, 0);
        long nowNanos = 0;
        while (pick(nowNanos) == backends.get(0)) {
            nowNanos += SECOND / 10;
            backends.get(0).responded(SECOND / 100, nowNanos);
        }
        assertEquals(20, nowNanos / SECOND, 1);
    }

    @Test
    void shouldNotSendAllToABackendOfWhichNothingIsKnown() {
        balance(LoadBalancing.LEAST_LOADED, LoadMetric.CONNECTION_TIME, 100, 100);
        backends.get(0).responded(SECOND / 100, 0);
        assertSame(backends.get(1), pick(0));
        backends.get(1).exchangeStarted();
        assertSame(backends.get(0), pick(0));
    }

    @Test
    void shouldFollowAPeakAtOnceAndComeDownSlowly() {
        final ResponseTime time = new ResponseTime();
        assertEquals(0, time.nanos(SECOND));
        time.observe(1000, SECOND);
        assertEquals(1000, time.nanos(SECOND));
        time.observe(9000, 2 * SECOND);
        assertEquals(9000, time.nanos(2 * SECOND));
        time.observe(1000, 2 * SECOND);
        assertEquals(9000, time.nanos(2 * SECOND));
        assertEquals(4500, time.nanos(12 * SECOND), 1);
        time.observe(1000, 12 * SECOND);
        assertEquals(5000, time.nanos(12 * SECOND), 1);
        assertTrue(time.nanos(1000 * SECOND) < 100);
        assertEquals(5000, time.nanos(11 * SECOND), 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"RANDOM", "LEAST_LOADED", "POWER_OF_TWO"})
    void shouldAllocateNothingInAPick(final LoadBalancing way) {
        final var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        balance(way, LoadMetric.CONNECTION_TIME, 1, 2, 3, 4, 5, 6);
        long allocated = Long.MAX_VALUE;
        for (int batch = 0; batch < 60 && allocated != 0; batch++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                final Backend backend = pick(i);
                backend.exchangeStarted();
                backend.responded(i, i);
                backend.exchangeEnded();
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated, "bytes in the last 10 000 picks");
    }
}
