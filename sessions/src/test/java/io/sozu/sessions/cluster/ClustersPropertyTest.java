package io.sozu.sessions.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.sessions.cluster.balance.Balancers;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Backends come and go under random traffic; who may be picked, and who is still there, is kept twice. */
@ExtendWith(LeakCheck.class)
final class ClustersPropertyTest {
    private static final int STEPS = 20_000;
    private static final long SECOND = 1_000_000_000L;

    /** Five seeds that stay, and a new one each time, or the one of {@code -Dcluster.seed}. */
    static LongStream seeds() {
        final Long replayed = Long.getLong("cluster.seed");
        return replayed != null ? LongStream.of(replayed)
                : LongStream.concat(LongStream.rangeClosed(1, 5), LongStream.of(System.nanoTime()));
    }

    /** An exchange that a backend was picked for. */
    private record Work(Backend backend) {
    }

    private static final class Model {
        final Random random;
        final Clusters clusters;
        final Cluster cluster;
        final Map<String, Backend> configured = new HashMap<>();
        final List<Work> running = new ArrayList<>();
        int drained;
        int removed;
        long nowNanos;

        Model(final long seed, final Clusters clusters) {
            this.random = new Random(seed);
            this.clusters = clusters;
            this.cluster = clusters.put("web", ClusterSettings.DEFAULT);
            clusters.onDrained(backend -> drained++);
        }

        void step() {
            nowNanos += random.nextInt((int) SECOND / 20);
            switch (random.nextInt(10)) {
                case 0 -> addOne();
                case 1 -> removeOne();
                case 2, 3, 4, 5 -> startOne();
                default -> endOne();
            }
        }

        private void addOne() {
            final String id = "b" + random.nextInt(12);
            final int weight = random.nextInt(4) == 0 ? 0 : random.nextInt(256);
            final Backend backend = clusters.addBackend("web", new BackendSettings(id,
                    BackendAddress.of(new InetSocketAddress("127.0.0.1", 80)), weight, null,
                    random.nextInt(4) == 0));
            final Backend before = configured.put(id, backend);
            assertTrue(before == null || before == backend);
        }

        private void removeOne() {
            final String id = "b" + random.nextInt(12);
            final Backend backend = configured.remove(id);
            if (backend != null) {
                removed++;
                clusters.removeBackend("web", id, backend.address());
                assertEquals(busy(backend) ? BackendPhase.CLOSING : BackendPhase.DRAINED, backend.phase());
            }
        }

        private void startOne() {
            long tried = RetryPolicy.NONE_TRIED;
            while (RetryPolicy.mayRetry(tried)) {
                final Backend backend = cluster.pick(nowNanos, tried);
                checkPick(backend, tried);
                if (backend == null) {
                    return;
                }
                tried = RetryPolicy.tried(tried, backend.index());
                if (random.nextInt(4) == 0) {
                    backend.connectFailed(nowNanos);
                } else {
                    backend.connectSucceeded();
                    backend.exchangeStarted();
                    backend.connectionOpened();
                    running.add(new Work(backend));
                    return;
                }
            }
        }

        /** The best group that has anybody is the one picked from. */
        private void checkPick(final Backend picked, final long tried) {
            final boolean allZero = configured.values().stream().allMatch(b -> b.weight() == 0);
            final List<Backend> candidates = configured.values().stream()
                    .filter(b -> allZero || b.weight() > 0)
                    .filter(b -> !RetryPolicy.contains(tried, b.index())).toList();
            final int best = candidates.stream().mapToInt(this::group).min().orElse(-1);
            if (best < 0) {
                assertNull(picked);
            } else {
                assertTrue(candidates.contains(picked));
                assertEquals(best, group(picked));
            }
        }

        private int group(final Backend backend) {
            return (backend.health().isUsable(nowNanos) ? 0 : 2) + (backend.backup() ? 1 : 0);
        }

        private void endOne() {
            if (!running.isEmpty()) {
                final Backend backend = running.remove(random.nextInt(running.size())).backend();
                backend.connectionClosed();
                assertSame(backend, clusters.backend(backend.index(), backend.generation()));
                backend.exchangeEnded();
            }
        }

        private boolean busy(final Backend backend) {
            return running.stream().anyMatch(work -> work.backend() == backend);
        }

        void check(final String place) {
            assertEquals(configured.size(), cluster.backendCount(), place);
            assertEquals(configured.size(), clusters.backendCount(), place);
            final long draining = running.stream().map(Work::backend).distinct()
                    .filter(b -> configured.get(b.id()) != b).count();
            assertEquals(draining, clusters.drainingBackends(), place);
            assertEquals(removed, drained + draining, place);
            for (final Backend backend : configured.values()) {
                assertSame(backend, clusters.backend(backend.index(), backend.generation()), place);
                assertEquals(running.stream().filter(work -> work.backend() == backend).count(),
                        backend.activeExchanges(), place);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldPickOnlyWhoMayBePickedAndForgetNobodyEarly(final long seed) {
        try (Clusters clusters = new Clusters(Balancers::of, seed)) {
            final Model model = new Model(seed, clusters);
            for (int step = 0; step < STEPS; step++) {
                final String place = "replay with -Dcluster.seed=" + seed + ", step " + step;
                try {
                    model.step();
                } catch (final AssertionError failed) {
                    throw new AssertionError(place, failed);
                }
                model.check(place);
            }
        }
    }
}
