package io.sozu.sessions.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.sessions.ExchangeTerms;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.balance.Balancers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class RouteExplanationTest {
    @Test
    void shouldSayOfEachThatMatchesWhyItWinsOrLoses() {
        try (Clusters clusters = new Clusters(Balancers::of, 1); RawBytes bytes = new RawBytes()) {
            final Router router = new Router(clusters);
            router.add(new FrontendKey(0, "a.b", PathKind.EQUALS, "/x", "GET"), "best");
            router.add(new FrontendKey(0, "a.b", PathKind.EQUALS, "/x", null), "no method");
            router.add(new FrontendKey(0, "a.b", PathKind.REGEX, "/.", null), "regex");
            router.add(new FrontendKey(0, "*.b", PathKind.EQUALS, "/x", null), "wildcard");
            router.add(new FrontendKey(0, "a.b", PathKind.EQUALS, "/y", null), "other path");
            router.add(new FrontendKey(0, "*", PathKind.PREFIX, "", null), RulePosition.POST, null,
                    ExchangeTerms.NONE);
            assertEquals(List.of("best: best of 5 that match", "no method: names no method",
                    "regex: path_type EQUALS beats REGEX", "wildcard: host a.b comes before host *.b",
                    "null: position POST comes after TREE"),
                    router.explain(bytes.key(0, "A.b", "/x", "GET")).stream()
                            .map(each -> each.route().clusterId() + ": " + each.why()).toList());
            assertEquals(List.of("null: no other frontend matches"),
                    router.explain(bytes.key(0, "c", "/x", "GET")).stream()
                            .map(each -> each.route().clusterId() + ": " + each.why()).toList());
            assertEquals(List.of(), router.explain(bytes.key(1, "c", "/x", "GET")));
            router.removeListener(0);
        }
    }
}
