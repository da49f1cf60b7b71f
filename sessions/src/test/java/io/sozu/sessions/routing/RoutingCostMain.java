package io.sozu.sessions.routing;

import io.sozu.sessions.ExchangeTerms;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.balance.Balancers;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;

/** Prints the CPU time of a lookup, in nanoseconds of the thread, for tables of several sizes. */
final class RoutingCostMain {
    private static final int LOOKUPS = 2_000_000;
    private static final int ROUNDS = 5;

    private RoutingCostMain() {
    }

    /** Takes no arguments. */
    public static void main(final String[] args) {
        measure("1 host, 1 path", "app.example.com", "/api/v1/users/17", router ->
                router.add(FrontendKey.of(0, "app.example.com"), "c"));
        measure("10 000 hosts of 10 paths", "app-77.customer77.example.com", "/service/7/users", router -> {
            for (int i = 0; i < 100_000; i++) {
                router.add(new FrontendKey(0, "app-" + i / 10 + ".customer" + i / 10 % 100 + ".example.com",
                        PathKind.PREFIX, "/service/" + i % 10, null), "c" + i / 10);
            }
        });
        measure("100 regular expressions on the host", "app.example.com", "/api/v1/res99/17", router -> {
            for (int i = 0; i < 100; i++) {
                router.add(new FrontendKey(0, "app.example.com", PathKind.REGEX, "/api/v[0-9]+/res" + i
                        + "/[^/]+",
                        null), "c");
            }
        });
        measure("100 regular expressions as first label", "cdn99.example.com", "/api/v1/users/17", router -> {
            for (int i = 0; i < 100; i++) {
                router.add(FrontendKey.of(0, "/[a-d]+" + i + "/.example.com"), "c");
            }
        });
        measure("20 frontends of position PRE, none matching", "app.example.com", "/api/v1/users/17",
                router -> {
            for (int i = 0; i < 20; i++) {
                router.add(new FrontendKey(0, "*", PathKind.PREFIX, "/pre" + i, null), RulePosition.PRE, "c",
                        ExchangeTerms.NONE);
            }
            router.add(FrontendKey.of(0, "app.example.com"), "c");
        });
        measure("a header and a query condition", "app.example.com", "/api/v1/users/17", router ->
                router.add(new FrontendKey(0, "app.example.com", PathKind.PREFIX, "/", null,
                        new Condition("x-v", "1"), new Condition("q", "1")), "c"));
    }

    private static void measure(final String name, final String host, final String path,
                                final Consumer<Router> rules) {
        final var threads = ManagementFactory.getThreadMXBean();
        try (Clusters clusters = new Clusters(Balancers::of, 1); RawBytes bytes = new RawBytes()) {
            final Router router = new Router(clusters);
            rules.accept(router);
            bytes.key(0, host, path, "GET");
            final RouteKey key = bytes.conditions("a=b&q=1", "X-V", "1");
            long best = Long.MAX_VALUE;
            int found = 0;
            for (int round = 0; round < ROUNDS; round++) {
                final long before = threads.getCurrentThreadCpuTime();
                for (int i = 0; i < LOOKUPS; i++) {
                    found += router.lookup(key) == null ? 0 : 1;
                }
                best = Math.min(best, threads.getCurrentThreadCpuTime() - before);
            }
            System.out.printf("%-45s %6d ns%s%n", name, best / LOOKUPS,
                    found == ROUNDS * LOOKUPS ? "" : " (not found)");
            router.removeListener(0);
        }
    }
}
