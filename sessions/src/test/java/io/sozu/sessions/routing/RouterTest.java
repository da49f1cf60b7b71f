package io.sozu.sessions.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.sessions.cluster.ClusterSettings;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.RefusedException;
import io.sozu.sessions.cluster.balance.Balancers;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
final class RouterTest {
    private final Clusters clusters = new Clusters(Balancers::of, 1);
    private final Router router = new Router(clusters);
    private final RawBytes bytes = new RawBytes();

    @AfterEach
    void close() {
        bytes.close();
        clusters.close();
    }

    private static FrontendKey key(final String text) {
        final String[] parts = text.split(";");
        final PathKind kind = switch (parts[1].charAt(0)) {
            case 'P' -> PathKind.PREFIX;
            case '=' -> PathKind.EQUALS;
            default -> PathKind.REGEX;
        };
        return new FrontendKey(0, parts[0], kind, parts[1].substring(1), parts.length > 2 ? parts[2] : null);
    }

    /** Adds a frontend whose cluster is named as its key. */
    private void add(final String text) {
        router.add(key(text), text);
    }

    private String ask(final String method, final String host, final String path) {
        final Route route = router.lookup(bytes.key(0, host, path, method));
        return route == null ? "-" : route.isDeny() ? "deny" : route.clusterId();
    }

    @ParameterizedTest
    @CsvFileSource(resources = "routes.csv")
    void shouldChooseTheBestFrontend(final String rules, final String host, final String path,
                                     final String method, final String winner) {
        Arrays.stream(rules.split(" +")).forEach(this::add);
        assertEquals(winner, ask(method, host, path));
        final String[] all = rules.split(" +");
        for (int i = all.length - 1; i >= 0; i--) {
            router.remove(key(all[i]));
        }
        assertEquals(0, router.size());
        Arrays.stream(all).toList().reversed().forEach(this::add);
        assertEquals(winner, ask(method, host, path), "in the other order of addition");
    }

    @Test
    void shouldKeepTheListenersApart() {
        router.add(FrontendKey.of(0, "a.com"), "zero");
        router.add(FrontendKey.of(40, "a.com"), "forty");
        assertEquals("zero", router.lookup(bytes.key(0, "a.com", "/", "GET")).clusterId());
        assertEquals("forty", router.lookup(bytes.key(40, "a.com", "/", "GET")).clusterId());
        assertNull(router.lookup(bytes.key(1, "a.com", "/", "GET")));
        assertNull(router.lookup(bytes.key(41, "a.com", "/", "GET")));
        assertNull(router.lookup(bytes.key(-1, "a.com", "/", "GET")));
        assertNull(router.lookup(bytes.key(Integer.MAX_VALUE, "a.com", "/", "GET")));
        assertEquals(1, router.removeListener(40));
        assertEquals(0, router.removeListener(40));
        assertEquals("zero", router.lookup(bytes.key(0, "a.com", "/", "GET")).clusterId());
        assertNull(router.lookup(bytes.key(40, "a.com", "/", "GET")));
        assertNull(clusters.find("forty"));
        assertEquals(1, router.size());
    }

    @Test
    void shouldDenyByAFrontendWithoutCluster() {
        router.add(FrontendKey.of(0, "a.com"), "web");
        router.add(key("a.com;P/admin"), null);
        assertEquals("deny", ask("GET", "a.com", "/admin/x"));
        assertEquals("web", ask("GET", "a.com", "/x"));
    }

    @Test
    void shouldRefuseASecondFrontendOfTheSameKey() {
        router.add(key("a.com;P/;GET"), "web");
        final RefusedException refused = assertThrows(RefusedException.class,
                () -> router.add(key("A.com;P/;GET"), "other"));
        assertEquals("frontend a.com;P/;GET exists already, for cluster web: remove it first",
                refused.getMessage());
        assertEquals("web", ask("GET", "a.com", "/"));
        assertEquals(1, router.size());
        assertNull(clusters.find("other"));
    }

    @Test
    void shouldRefuseToRemoveWhatIsNotThere() {
        add("a.com;P/;GET");
        for (final String other : new String[] {"a.com;P/", "a.com;=/;GET", "a.com;P/x;GET", "a.com;P;GET",
            "b.com;P/;GET", "*.a.com;P/;GET", "*;P/;GET", "com;P/;GET", "x.a.com;P/;GET"}) {
            assertEquals("there is no frontend " + other,
                    assertThrows(RefusedException.class, () -> router.remove(key(other))).getMessage());
        }
        assertEquals(1, router.size());
        router.remove(key("a.com;P/;GET"));
        assertEquals("-", ask("GET", "a.com", "/"));
    }

    @Test
    void shouldHoldAClusterAsLongAsAFrontendNamesIt() {
        final Route first = router.add(FrontendKey.of(0, "a.com"), "web");
        final Route second = router.add(FrontendKey.of(0, "b.com"), "web");
        assertSame(first.cluster(), second.cluster());
        assertFalse(first.cluster().isConfigured());
        clusters.put("web", ClusterSettings.DEFAULT);
        assertTrue(first.cluster().isConfigured());
        clusters.remove("web");
        router.remove(first.frontend());
        assertSame(second.cluster(), clusters.find("web"));
        router.remove(second.frontend());
        assertNull(clusters.find("web"));
    }

    @Test
    void shouldListEveryFrontendOnce() {
        final String[] rules = {"*;P", "*;=/x;PUT", "a.com;P", "a.com;P/a;GET", "a.com;P/ab", "a.com;=/a",
            "*.a.com;P", "x.y.a.com;P", "b.org;P"};
        Arrays.stream(rules).forEach(this::add);
        assertEquals(rules.length, router.routes(0).size());
        assertEquals(Set.of(rules),
                router.routes(0).stream().map(r -> r.frontend().text()).collect(Collectors.toSet()));
    }

    @Test
    void shouldChooseAmongExpressionsAsARouterThatNeverHadTheRulesThatAreGone() {
        add("/a+/.b;P/x");
        add("/x|a/.b;P/");
        add("/a+/.b;P/");
        assertEquals("/a+/.b;P/", ask("GET", "a.b", "/"));
        router.remove(key("/a+/.b;P/x"));
        assertEquals("/x|a/.b;P/", ask("GET", "a.b", "/"));
    }

    @Test
    void shouldAnswerHostsTooLongByTheRulesOfAnyHost() {
        add("*;P");
        final String label = "a".repeat(62) + ".";
        final String longest = label.repeat(4) + "b";
        add(longest + ";P");
        assertEquals(FrontendKey.MAX_HOST_BYTES, longest.length());
        assertEquals(longest + ";P", ask("GET", longest.toUpperCase(java.util.Locale.ROOT), "/"));
        assertEquals("*;P", ask("GET", longest + "b", "/"));
        assertEquals("*;P", ask("GET", "a.".repeat(4_000) + "com", "/"));
        assertEquals("*;P", ask("GET", "a".repeat(8_000), "/"));
    }

    @Test
    void shouldCompareHostBytesOutsideAsciiExactly() {
        add("a.com;P");
        assertEquals("-", ask("GET", "\u00c1.com", "/"));
        assertEquals("-", ask("GET", "a\u0000.com", "/"));
        assertEquals("-", ask("GET", "[::1]", "/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a..com", ".a.com", "*.", "**", "a.*.com", "*a.com", "*.*.com",
        "/cdn[0-9+/.a.com", "/a", "//.a.com", "cdn/[0-9]/.a.com", "/a/b.com", "/a//b/.com", "/(?=a)/.com",
                "é.com", "a b.com", "a.com:80", "[::1]", "a_b.com/"})
    void shouldRefuseHostsNobodyCanAskFor(final String host) {
        assertThrows(RefusedException.class, () -> FrontendKey.of(0, host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "/a b", "/a?b", "/a#b", "/a\n", " /", "**"})
    void shouldRefusePathsNobodyCanAskFor(final String path) {
        assertThrows(RefusedException.class,
                () -> new FrontendKey(0, "a.com", PathKind.PREFIX, path, null));
    }

    @Test
    void shouldRefuseOtherKeysThatCannotMatch() {
        for (final String method : new String[] {"", "G T", "GET\n", "G".repeat(33), "é"}) {
            assertThrows(RefusedException.class,
                    () -> new FrontendKey(0, "a.com", PathKind.PREFIX, "", method), method);
        }
        assertThrows(RefusedException.class, () -> new FrontendKey(0, "a.com", PathKind.EQUALS, "", null));
        assertThrows(RefusedException.class,
                () -> new FrontendKey(0, "a.com", PathKind.PREFIX, "/" + "x".repeat(4_096), null));
        assertThrows(RefusedException.class, () -> FrontendKey.of(-1, "a.com"));
        assertThrows(RefusedException.class, () -> FrontendKey.of(65_536, "a.com"));
        assertThrows(RefusedException.class, () -> FrontendKey.of(0, "a".repeat(64) + ".com"));
        assertThrows(RefusedException.class, () -> FrontendKey.of(0, "a.".repeat(200) + "com"));
        assertEquals("*.a_b.com", FrontendKey.of(0, "*.A_b.com.").host());
    }
}
