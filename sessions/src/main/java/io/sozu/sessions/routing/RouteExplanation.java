package io.sozu.sessions.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A frontend that matches a request, and why it wins or loses. Control path.
 *
 * @param wins whether it is the one the request takes
 * @param why one line for people
 */
public record RouteExplanation(Route route, boolean wins, String why) {
    /** Explains what a lookup found among all rules: the winner first, then the others that match. */
    static List<RouteExplanation> of(final Route found, final List<Rule> all, final RouteKey key) {
        final List<Rule> matching = new ArrayList<>(all.stream().filter(rule -> rule.matches(key)).toList());
        final Rule winner = matching.stream().filter(rule -> rule.route() == found).findFirst().orElse(null);
        if (winner == null) {
            return List.of();
        }
        matching.sort(Comparator.comparing((Rule rule) -> rule != winner).thenComparing(Rule::position)
                .thenComparing(RouteExplanation::inTree));
        return matching.stream().map(rule -> new RouteExplanation(rule.route(), rule == winner,
                rule == winner ? winning(matching) : losing(rule, winner))).toList();
    }

    /** In the tree the better comes first, host by host; elsewhere the order of addition stays. */
    private static int inTree(final Rule one, final Rule two) {
        if (one.position() != RulePosition.TREE) {
            return 0;
        }
        return Comparator.comparing((Rule rule) -> rule.key().isAnyHost())
                .thenComparing(rule -> rule.key().isWildcard()).thenComparing(rule -> rule.key().host())
                .thenComparing(rule -> rule.key().pathKind() == PathKind.PREFIX)
                .thenComparing(rule -> rule.key().pathKind() == PathKind.REGEX)
                .thenComparing(rule -> rule.key().pathKind() == PathKind.PREFIX ? -rule.key().path().length()
                        : 0)
                .thenComparing(Comparator.naturalOrder()).compare(one, two);
    }

    private static String winning(final List<Rule> matching) {
        return matching.size() == 1 ? "no other frontend matches" : "best of " + matching.size()
                + " that match";
    }

    private static String losing(final Rule rule, final Rule winner) {
        final FrontendKey key = rule.key();
        final FrontendKey best = winner.key();
        if (rule.position() != winner.position()) {
            return "position " + rule.position() + " comes after " + winner.position();
        }
        if (rule.position() != RulePosition.TREE) {
            return "was added later, which counts in position " + rule.position();
        }
        if (!key.host().equals(best.host())) {
            return "host " + best.host() + " comes before host " + key.host();
        }
        if (key.pathKind() != best.pathKind()) {
            return "path_type " + best.pathKind() + " beats " + key.pathKind();
        }
        if (key.pathKind() == PathKind.PREFIX && key.path().length() < best.path().length()) {
            return "its prefix is shorter";
        }
        if (conditions(key) != conditions(best)) {
            return "has fewer conditions on header and query";
        }
        return key.method() == null && best.method() != null ? "names no method" : "was added later";
    }

    private static int conditions(final FrontendKey key) {
        return (key.header() == null ? 0 : 1) + (key.query() == null ? 0 : 1);
    }
}
