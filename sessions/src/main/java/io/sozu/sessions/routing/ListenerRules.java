package io.sozu.sessions.routing;

import java.util.List;

/**
 * The frontends of one listener: those of position PRE in the order of addition, then the tree of hosts, then
 * those of position POST in the order of addition.
 *
 * <p>Frontends outside the tree cost a comparison each, one after the other.
 */
final class ListenerRules {
    private final HostTrie tree = new HostTrie();
    private final Candidates before = new Candidates();
    private final Candidates after = new Candidates();

    /** Returns the best route, or null. */
    Route lookup(final RouteKey key) {
        Route route = before.firstMatch(key);
        if (route == null) {
            route = tree.lookup(key);
        }
        return route == null ? after.firstMatch(key) : route;
    }

    /** Returns the rule of exactly this frontend, or null. */
    Rule find(final FrontendKey key) {
        Rule rule = tree.find(key);
        if (rule == null) {
            rule = before.find(key);
        }
        return rule == null ? after.find(key) : rule;
    }

    /** Adds a rule for which {@link #find} returns null. */
    void add(final Rule rule) {
        switch (rule.position()) {
            case PRE -> before.addLast(rule);
            case TREE -> tree.add(rule);
            case POST -> after.addLast(rule);
        }
    }

    /** Removes a rule for which {@link #find} does not return null. */
    void remove(final FrontendKey key) {
        switch (find(key).position()) {
            case PRE -> before.remove(key);
            case TREE -> tree.remove(key);
            case POST -> after.remove(key);
        }
    }

    int size() {
        return before.size() + tree.size() + after.size();
    }

    void collect(final List<Rule> target) {
        before.collect(target);
        tree.collect(target);
        after.collect(target);
    }

    boolean checkInvariants() {
        return tree.checkInvariants();
    }
}
