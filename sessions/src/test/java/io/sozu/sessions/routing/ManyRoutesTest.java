package io.sozu.sessions.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.balance.Balancers;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class ManyRoutesTest {
    private static final int HOSTS = 10_000;
    private static final int PATHS = 10;
    private static final int BATCHES_MAX = 60;
    private final Clusters clusters = new Clusters(Balancers::of, 1);
    private final Router router = new Router(clusters);
    private final RawBytes bytes = new RawBytes();

    @AfterEach
    void close() {
        bytes.close();
        clusters.close();
    }

    private static String host(final int number) {
        return "app-" + number + ".customer" + number % 100 + ".example.com";
    }

    private static String path(final int number) {
        return number == 0 ? "" : "/service/" + "v".repeat(number % 3) + number;
    }

    @Test
    void shouldLoadLookUpAndRemoveTenThousandHostsOfTenPaths() {
        final List<Route> routes = new ArrayList<>();
        for (int host = 0; host < HOSTS; host++) {
            for (int path = 0; path < PATHS; path++) {
                final FrontendKey key = new FrontendKey(3, host(host), PathKind.PREFIX, path(path), null);
                routes.add(router.add(key, "cluster-" + host));
            }
        }
        assertTrue(router.checkInvariants());
        assertEquals(HOSTS * PATHS, router.size());
        assertEquals(HOSTS, clusters.all().size());
        for (int host = 0; host < HOSTS; host++) {
            for (int path = 0; path < PATHS; path++) {
                final RouteKey key = bytes.key(3, host(host), path(path) + "/index.html", "GET");
                assertSame(routes.get(host * PATHS + path), router.lookup(key));
            }
        }
        Collections.shuffle(routes, new Random(1));
        for (int i = 0; i < routes.size(); i++) {
            router.remove(routes.get(i).frontend());
            if (i % 10_000 == 0) {
                assertTrue(router.checkInvariants());
            }
        }
        assertEquals(0, router.size());
        assertTrue(router.checkInvariants());
        assertTrue(clusters.all().isEmpty());
        assertNull(router.lookup(bytes.key(3, host(7), "/", "GET")));
    }

    @Test
    void shouldAllocateNothingInALookup() {
        final var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 100; i++) {
            router.add(new FrontendKey(0, host(i), PathKind.PREFIX, "/service", "GET"), "cluster");
            router.add(new FrontendKey(0, "*." + host(i), PathKind.EQUALS, "/service/x", null), null);
        }
        router.add(FrontendKey.of(0, "*"), "rest");
        final RouteKey key = bytes.key(0, "www." + host(7), "/service/x", "GET");
        final long host = key.hostAddress();
        final int hostBytes = key.hostBytes();
        long allocated = Long.MAX_VALUE;
        for (int batch = 0; batch < BATCHES_MAX && allocated != 0; batch++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            lookups(key, host, hostBytes);
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated, "bytes in the last 10 000 lookups");
    }

    private void lookups(final RouteKey key, final long host, final int hostBytes) {
        for (int i = 0; i < 10_000; i++) {
            final int cut = i % 8;
            final Route route = router.lookup(key.host(host + cut, hostBytes - cut));
            assert route != null && route.isDeny() == (cut < 3) : cut;
        }
    }
}
