package io.sozu.perf.bench;

import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.BackendAddress;
import io.sozu.sessions.cluster.BackendSettings;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.cluster.ClusterSettings;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.LoadBalancing;
import io.sozu.sessions.cluster.LoadMetric;
import io.sozu.sessions.cluster.RetryPolicy;
import io.sozu.sessions.cluster.balance.Balancers;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A choice among the backends of a cluster. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BalancingBench {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    /** The way of choosing. */
    @Param({"ROUND_ROBIN", "RANDOM", "LEAST_LOADED", "POWER_OF_TWO", "HRW", "MAGLEV"})
    public LoadBalancing way;

    /** How many backends there are. */
    @Param({"4", "100"})
    public int backends;

    private Clusters clusters;
    private Cluster cluster;
    private long key;

    /** Adds the backends. */
    @Setup
    public void open() {
        clusters = new Clusters(Balancers::of, 1);
        cluster = clusters.put("web", new ClusterSettings(way, LoadMetric.CONNECTIONS));
        for (int i = 0; i < backends; i++) {
            clusters.addBackend("web", new BackendSettings("b" + i,
                    BackendAddress.of(new InetSocketAddress("127.0.0.1", 8000 + i))));
        }
    }

    /** Gives everything back. */
    @TearDown
    public void close() {
        clusters.close();
    }

    /** Chooses for one exchange, each with a key of its own. */
    @Benchmark
    public Backend pick() {
        key += GOLDEN;
        return cluster.pick(0, RetryPolicy.NONE_TRIED, key);
    }
}
