package io.sozu.perf.bench;

import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.balance.Balancers;
import io.sozu.sessions.routing.FrontendKey;
import io.sozu.sessions.routing.PathKind;
import io.sozu.sessions.routing.Route;
import io.sozu.sessions.routing.RouteKey;
import io.sozu.sessions.routing.Router;
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

/** A lookup among few and many frontends. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouterBench {
    private static final String PATH = "/service/7/users";
    private static final String METHOD = "GET";

    /** How many hosts there are, each of ten paths. */
    @Param({"1", "10000"})
    public int hosts;

    /** How many regular expressions the host asked has besides. */
    @Param({"0", "100"})
    public int expressions;

    private Clusters clusters;
    private Router router;
    private RouteKey key;
    private NativeText host;
    private NativeText path;
    private NativeText method;

    /** Adds the frontends. */
    @Setup
    public void open() {
        clusters = new Clusters(Balancers::of, 1);
        router = new Router(clusters);
        for (int i = 0; i < hosts * 10; i++) {
            router.add(new FrontendKey(0, host(i / 10), PathKind.PREFIX, "/service/" + i % 10, null), "c");
        }
        for (int i = 0; i < expressions; i++) {
            router.add(new FrontendKey(0, host(hosts / 2), PathKind.REGEX,
                    "/service/[0-9]+/u" + i + "/.*", null), "c");
        }
        host = new NativeText(host(hosts / 2));
        path = new NativeText(PATH);
        method = new NativeText(METHOD);
        key = new RouteKey().begin(0).host(host.address(), host.bytes()).path(path.address(), path.bytes())
                .method(method.address(), method.bytes());
    }

    private static String host(final int number) {
        return "app-" + number + ".customer" + number % 100 + ".example.com";
    }

    /** Gives everything back. */
    @TearDown
    public void close() {
        router.removeListener(0);
        clusters.close();
        host.close();
        path.close();
        method.close();
    }

    /** Finds the frontend of one request. */
    @Benchmark
    public Route lookup() {
        return router.lookup(key);
    }
}
