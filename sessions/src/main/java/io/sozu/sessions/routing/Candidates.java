package io.sozu.sessions.routing;

import java.util.Arrays;
import java.util.List;

/** The rules of one path of one kind, the better ones first. */
final class Candidates {
    private static final Rule[] NO_RULES = {};

    private Rule[] rules = NO_RULES;

    /** Returns the route of the first rule that takes the request, or null. */
    Route lookup(final RouteKey key) {
        for (int i = 0; i < rules.length; i++) {
            if (rules[i].accepts(key)) {
                return rules[i].route();
            }
        }
        return null;
    }

    /** Returns the route of the first rule of which everything holds, host and path too, or null. */
    Route firstMatch(final RouteKey key) {
        for (int i = 0; i < rules.length; i++) {
            if (rules[i].matches(key)) {
                return rules[i].route();
            }
        }
        return null;
    }

    /** Returns the rule of exactly this frontend, or null. */
    Rule find(final FrontendKey key) {
        final int place = place(key);
        return place < 0 ? null : rules[place];
    }

    /** Adds a rule and returns where it stands now. */
    int add(final Rule rule) {
        int place = 0;
        while (place < rules.length && rules[place].compareTo(rule) < 0) {
            place++;
        }
        return insert(place, rule);
    }

    /** Adds a rule behind all others. */
    void addLast(final Rule rule) {
        insert(rules.length, rule);
    }

    /** Removes a rule and returns where it stood. */
    int remove(final FrontendKey key) {
        final int place = place(key);
        final Rule[] shrunk = Arrays.copyOf(rules, rules.length - 1);
        System.arraycopy(rules, place + 1, shrunk, place, shrunk.length - place);
        rules = shrunk;
        return place;
    }

    Rule get(final int place) {
        return rules[place];
    }

    int size() {
        return rules.length;
    }

    boolean isEmpty() {
        return rules.length == 0;
    }

    void collect(final List<Rule> target) {
        target.addAll(Arrays.asList(rules));
    }

    private int insert(final int place, final Rule rule) {
        final Rule[] grown = Arrays.copyOf(rules, rules.length + 1);
        System.arraycopy(rules, place, grown, place + 1, rules.length - place);
        grown[place] = rule;
        rules = grown;
        return place;
    }

    private int place(final FrontendKey key) {
        for (int i = 0; i < rules.length; i++) {
            if (rules[i].key().equals(key)) {
                return i;
            }
        }
        return -1;
    }
}
