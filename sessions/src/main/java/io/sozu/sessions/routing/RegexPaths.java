package io.sozu.sessions.routing;

import java.util.List;

/** The rules of one host whose paths are regular expressions: all are asked in one pass over the path. */
final class RegexPaths {
    private final Candidates rules = new Candidates();
    private final RegexSet expressions = new RegexSet();

    /** Returns the route of the best rule, or null. */
    Route lookup(final RouteKey key) {
        final int[] matching = expressions.match(key.pathAddress(), key.pathBytes());
        for (int i = 0; i < matching.length; i++) {
            final Rule rule = rules.get(matching[i]);
            if (rule.accepts(key)) {
                return rule.route();
            }
        }
        return null;
    }

    Rule find(final FrontendKey key) {
        return rules.find(key);
    }

    void add(final Rule rule) {
        expressions.add(rules.add(rule), RegexProgram.of(rule.key().path(), false));
    }

    void remove(final FrontendKey key) {
        expressions.remove(rules.remove(key));
    }

    int size() {
        return rules.size();
    }

    void collect(final List<Rule> target) {
        rules.collect(target);
    }
}
