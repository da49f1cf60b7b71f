package io.sozu.sessions.routing;

import io.sozu.sessions.ExchangeTerms;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.RefusedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The frontends of a worker: from listener, host, path and method to a route. {@link ListenerRules},
 * {@link HostTrie} and {@link PathRules} say which of several matching frontends wins.
 *
 * <p>Holds the clusters its frontends name, configured or not. Belongs to the worker's thread.
 */
public final class Router {
    private final Clusters clusters;
    private ListenerRules[] listeners = new ListenerRules[8];
    private int size;
    private long added;

    public Router(final Clusters clusters) {
        this.clusters = clusters;
    }

    /** Returns the route of the best frontend, or null when none matches; allocates nothing. */
    public Route lookup(final RouteKey key) {
        final ListenerRules hosts = trie(key.listener());
        return hosts == null ? null : hosts.lookup(key);
    }

    /** Adds a frontend that is looked at where its host and path stand. */
    public Route add(final FrontendKey key, final String clusterId) {
        return add(key, RulePosition.TREE, clusterId, ExchangeTerms.NONE);
    }

    /**
     * Adds a frontend.
     *
     * @param clusterId the cluster that serves it, known already or not; null to deny
     * @param terms what its exchanges are granted in place of what their cluster and listener say
     * @throws RefusedException when there is one with the same key
     */
    public Route add(final FrontendKey key, final RulePosition position, final String clusterId,
            final ExchangeTerms terms) {
        final Route known = find(key);
        if (known != null) {
            throw new RefusedException("frontend " + key.text() + " exists already, "
                    + (known.isDeny() ? "denied" : "for cluster " + known.clusterId()) + ": remove it first");
        }
        final ListenerRules hosts = trieToGrow(key.listener());
        final Cluster cluster = clusterId == null ? null : clusters.refer(clusterId);
        final Route route = new Route(key, cluster, terms);
        hosts.add(new Rule(route, position, added++));
        size++;
        return route;
    }

    /**
     * Replaces what a frontend leads to, and its position. In the same position it keeps its place among the
     * others; in another one it counts as added last.
     *
     * @param clusterId the cluster that serves it, known already or not; null to deny
     * @param terms what its exchanges are granted in place of what their cluster and listener say
     * @throws RefusedException when there is none with this key
     */
    public Route replace(final FrontendKey key, final RulePosition position, final String clusterId,
            final ExchangeTerms terms) {
        final ListenerRules hosts = trie(key.listener());
        final Rule rule = hosts == null ? null : hosts.find(key);
        if (rule == null) {
            throw new RefusedException("there is no frontend " + key.text());
        }
        final Route before = rule.route();
        final Route route = new Route(key, clusterId == null ? null : clusters.refer(clusterId), terms);
        if (rule.position() == position) {
            rule.lead(route);
        } else {
            hosts.remove(key);
            hosts.add(new Rule(route, position, added++));
        }
        if (!before.isDeny()) {
            clusters.release(before.cluster());
        }
        return route;
    }

    /**
     * Removes a frontend.
     *
     * @throws RefusedException when there is none with this key
     */
    public void remove(final FrontendKey key) {
        final Route route = find(key);
        if (route == null) {
            throw new RefusedException("there is no frontend " + key.text());
        }
        final ListenerRules hosts = trie(key.listener());
        hosts.remove(key);
        if (hosts.size() == 0) {
            listeners[key.listener()] = null;
        }
        forgotten(route);
    }

    /** Removes every frontend of a listener and returns how many there were. */
    public int removeListener(final int listener) {
        final List<Route> routes = routes(listener);
        if (!routes.isEmpty()) {
            listeners[listener] = null;
            routes.forEach(this::forgotten);
        }
        return routes.size();
    }

    /** Returns the route of exactly this frontend, or null. */
    public Route find(final FrontendKey key) {
        final ListenerRules hosts = trie(key.listener());
        final Rule rule = hosts == null ? null : hosts.find(key);
        return rule == null ? null : rule.route();
    }

    /** Returns the routes of a listener, in no particular order. */
    public List<Route> routes(final int listener) {
        final List<Rule> rules = new ArrayList<>();
        final ListenerRules hosts = trie(listener);
        if (hosts != null) {
            hosts.collect(rules);
        }
        return new ArrayList<>(rules.stream().map(Rule::route).toList());
    }

    /** Returns every frontend that matches and why it wins or loses, the winner first. */
    public List<RouteExplanation> explain(final RouteKey key) {
        final List<Rule> rules = new ArrayList<>();
        final ListenerRules hosts = trie(key.listener());
        if (hosts != null) {
            hosts.collect(rules);
        }
        return RouteExplanation.of(lookup(key), rules, key);
    }

    /** Returns how many frontends there are, of all listeners. */
    public int size() {
        return size;
    }

    /** Looks at everything: for tests. */
    boolean checkInvariants() {
        int routes = 0;
        for (final ListenerRules hosts : listeners) {
            assert hosts == null || hosts.size() > 0 && hosts.checkInvariants();
            routes += hosts == null ? 0 : hosts.size();
        }
        assert routes == size : routes + " routes, not " + size;
        return true;
    }

    private void forgotten(final Route route) {
        size--;
        if (!route.isDeny()) {
            clusters.release(route.cluster());
        }
    }

    private ListenerRules trie(final int listener) {
        return listener >= 0 && listener < listeners.length ? listeners[listener] : null;
    }

    private ListenerRules trieToGrow(final int listener) {
        if (listener >= listeners.length) {
            listeners = Arrays.copyOf(listeners, Math.max(listener + 1, listeners.length * 2));
        }
        if (listeners[listener] == null) {
            listeners[listener] = new ListenerRules();
        }
        return listeners[listener];
    }
}
