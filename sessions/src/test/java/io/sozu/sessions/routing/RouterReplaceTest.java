package io.sozu.sessions.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.sessions.ExchangeTerms;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.RefusedException;
import io.sozu.sessions.cluster.balance.Balancers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frontends that lead somewhere else from now on. */
final class RouterReplaceTest {
    private record Target(RulePosition position, String cluster) {
    }

    private static FrontendKey key(final String host, final PathKind kind, final String path,
            final String method) {
        return new FrontendKey(0, host, kind, path, method, null, null);
    }

    private static FrontendKey random(final Random random) {
        final String[] hosts = {"*", "a.b", "*.b", "/x|a/.b", "/a+/.b"};
        final boolean regex = random.nextInt(3) == 0;
        final String[] paths = regex ? new String[] {"/.*", "/[ab].*"} : new String[] {"/", "/a"};
        return key(hosts[random.nextInt(hosts.length)], regex ? PathKind.REGEX : PathKind.PREFIX,
            paths[random.nextInt(paths.length)], random.nextBoolean() ? null : "GET");
    }

    private static String text(final RouteExplanation explanation) {
        return explanation.route().frontend().text() + " " + explanation.route().clusterId() + " "
            + explanation.wins() + " " + explanation.why();
    }

    private static List<String> texts(final Router router, final RawBytes asked) {
        final List<String> texts = new ArrayList<>();
        for (final String host : new String[] {"a.b", "x.b", "c"}) {
            for (final String path : new String[] {"/", "/a", "/ab"}) {
                router.explain(asked.key(0, host, path, "GET")).forEach(each -> texts.add(text(each)));
            }
        }
        return texts;
    }

    /**
     * A router whose rules were replaced is one that was made with what they lead to now. Names with
     * expressions stay in the tree: there their age counts, and that of the others beside them.
     */
    @Test
    void shouldBeARouterMadeOfWhatTheRulesLeadToNow() {
        for (int seed = 0; seed < 500; seed++) {
            final Random random = new Random(seed);
            try (Clusters clusters = new Clusters(Balancers::of, 1); RawBytes asked = new RawBytes()) {
                final Router router = new Router(clusters);
                final Map<FrontendKey, Target> now = new LinkedHashMap<>();
                for (int i = 0; i < 30; i++) {
                    final FrontendKey key = random(random);
                    final Target target = new Target(RulePosition.values()[key.host().startsWith("/")
                        || random.nextInt(4) > 0 ? 1 : random.nextInt(3)],
                        random.nextInt(4) == 0 ? null : "c" + random.nextInt(3));
                    final Target before = now.get(key);
                    if (before == null) {
                        router.add(key, target.position, target.cluster, ExchangeTerms.NONE);
                    } else {
                        router.replace(key, target.position, target.cluster, ExchangeTerms.NONE);
                        if (before.position != target.position) {
                            now.remove(key);
                        }
                    }
                    now.put(key, target);
                    assertTrue(router.checkInvariants());
                }
                final Router fresh = new Router(clusters);
                now.forEach((key, target) -> fresh.add(key, target.position, target.cluster,
                    ExchangeTerms.NONE));
                assertEquals(texts(fresh, asked), texts(router, asked), "seed " + seed);
                fresh.removeListener(0);
                router.removeListener(0);
                assertTrue(clusters.all().isEmpty(), "seed " + seed);
            }
        }
    }

    @Test
    void shouldHoldTheClusterItLeadsToAndNoOther() {
        try (Clusters clusters = new Clusters(Balancers::of, 1)) {
            final Router router = new Router(clusters);
            final FrontendKey key = key("a.b", PathKind.PREFIX, "/", null);
            assertThrows(RefusedException.class,
                () -> router.replace(key, RulePosition.TREE, "one", ExchangeTerms.NONE));
            router.add(key, "one");
            router.replace(key, RulePosition.TREE, "two", ExchangeTerms.NONE);
            assertNull(clusters.find("one"));
            assertEquals("two", router.find(key).clusterId());
            router.replace(key, RulePosition.POST, "two", ExchangeTerms.NONE);
            router.replace(key, RulePosition.POST, null, ExchangeTerms.NONE);
            assertTrue(router.find(key).isDeny());
            assertTrue(clusters.all().isEmpty());
        }
    }
}
