package io.sozu.sessions.routing;

import io.sozu.bindings.memory.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * The hosts of one listener, by their labels from the right, in any case.
 *
 * <p>The exact name is asked first, then {@code *.} of all but its first label, then {@code *}: the first
 * whose path rules have a match decides, so a host may leave paths to a wildcard. A lookup costs the length
 * of the name, however many hosts there are, and allocates nothing.
 *
 * <p>Where labels are regular expressions, from the right a label's own name is followed first, then the
 * expressions that match it in the order of their oldest rule, then {@code *.}: the first way that ends at a
 * rule decides. No node is visited twice, so that a lookup costs at most as much as there are such labels.
 */
final class HostTrie {
    private final HostNode root = new HostNode(null, Span.EMPTY);
    private PathRules anyHost;
    private int size;
    private int regexHosts;

    /** Returns the best route, or null. */
    Route lookup(final RouteKey key) {
        final long address = key.hostAddress();
        int end = key.hostBytes();
        if (end > 1 && Memory.getByte(address + end - 1) == '.') {
            end--;
        }
        HostNode node = end > 0 && end <= FrontendKey.MAX_HOST_BYTES ? root : null;
        if (regexHosts > 0 && node != null) {
            final Route route = descend(root, end, key);
            return route == null ? match(anyHost, key) : route;
        }
        while (node != null) {
            int start = end;
            long hash = Span.hashSeed();
            while (start > 0) {
                final byte next = Memory.getByte(address + start - 1);
                if (next == '.') {
                    break;
                }
                hash = Span.hashStep(hash, Span.lower(next));
                start--;
            }
            if (start == end) {
                break;
            }
            final HostNode child = node.child(Span.hashEnd(hash), address + start, end - start);
            if (start == 0) {
                final Route route = child == null ? null : match(child.exact(), key);
                return route == null ? wildcardOrAny(node, key) : route;
            }
            node = child;
            end = start - 1;
        }
        return match(anyHost, key);
    }

    private Route wildcardOrAny(final HostNode node, final RouteKey key) {
        final Route route = match(node.wildcard(), key);
        return route == null ? match(anyHost, key) : route;
    }

    /** Follows the label that ends at {@code end} every way there is; as deep as a name has labels. */
    private Route descend(final HostNode node, final int end, final RouteKey key) {
        final long address = key.hostAddress();
        int start = end;
        long hash = Span.hashSeed();
        while (start > 0 && Memory.getByte(address + start - 1) != '.') {
            hash = Span.hashStep(hash, Span.lower(Memory.getByte(address + start - 1)));
            start--;
        }
        if (start == end) {
            return null;
        }
        Route route = enter(node.child(Span.hashEnd(hash), address + start, end - start), start, key);
        if (route == null && node.regexes() != null) {
            final int[] matching = node.regexes().match(address + start, end - start);
            for (int i = 0; i < matching.length && route == null; i++) {
                route = enter(node.regexes().get(matching[i]), start, key);
            }
        }
        return route == null && start == 0 ? match(node.wildcard(), key) : route;
    }

    private Route enter(final HostNode child, final int start, final RouteKey key) {
        if (child == null) {
            return null;
        }
        return start == 0 ? match(child.exact(), key) : descend(child, start - 1, key);
    }

    /** Returns the rule of exactly this frontend, or null. */
    Rule find(final FrontendKey key) {
        final PathRules rules;
        if (key.isAnyHost()) {
            rules = anyHost;
        } else {
            final HostNode node = node(key.hostName(), false);
            rules = node == null ? null : rules(node, key);
        }
        return rules == null ? null : rules.find(key);
    }

    /** Adds a rule for which {@link #find} returns null. */
    void add(final Rule rule) {
        final FrontendKey key = rule.key();
        if (key.isAnyHost()) {
            anyHost = anyHost == null ? new PathRules() : anyHost;
            anyHost.add(rule);
        } else {
            final HostNode node = node(key.hostName(), true);
            if (rules(node, key) == null) {
                rules(node, key, new PathRules());
            }
            rules(node, key).add(rule);
        }
        regexHosts += FrontendKey.isRegex(key.host()) ? 1 : 0;
        size++;
    }

    /** Removes a rule for which {@link #find} does not return null, and what only it needed. */
    void remove(final FrontendKey key) {
        size--;
        if (key.isAnyHost()) {
            anyHost.remove(key);
            anyHost = anyHost.size() == 0 ? null : anyHost;
            return;
        }
        regexHosts -= FrontendKey.isRegex(key.host()) ? 1 : 0;
        HostNode node = node(key.hostName(), false);
        final PathRules rules = rules(node, key);
        rules.remove(key);
        if (rules.size() == 0) {
            rules(node, key, null);
        }
        while (node != root && node.isUnused()) {
            node.parent().removeChild(node);
            node = node.parent();
        }
        if (FrontendKey.isRegex(key.host())) {
            for (; node != root; node = node.parent()) {
                node.parent().settle(node);
            }
        }
    }

    int size() {
        return size;
    }

    void collect(final List<Rule> target) {
        if (anyHost != null) {
            anyHost.collect(target);
        }
        final List<HostNode> open = new ArrayList<>();
        open.add(root);
        while (!open.isEmpty()) {
            final HostNode node = open.removeLast();
            node.collectRules(target);
            node.collect(open);
        }
    }

    boolean checkInvariants() {
        assert anyHost == null || anyHost.checkInvariants();
        int routes = anyHost == null ? 0 : anyHost.size();
        final List<HostNode> open = new ArrayList<>();
        open.add(root);
        while (!open.isEmpty()) {
            final HostNode node = open.removeLast();
            assert node.checkInvariants();
            routes += node.exact() == null ? 0 : node.exact().size();
            routes += node.wildcard() == null ? 0 : node.wildcard().size();
            node.collect(open);
        }
        assert routes == size : routes + " routes, not " + size;
        return true;
    }

    private static Route match(final PathRules rules, final RouteKey key) {
        return rules == null ? null : rules.lookup(key);
    }

    private static PathRules rules(final HostNode node, final FrontendKey key) {
        return key.isWildcard() ? node.wildcard() : node.exact();
    }

    private static void rules(final HostNode node, final FrontendKey key, final PathRules rules) {
        if (key.isWildcard()) {
            node.wildcard(rules);
        } else {
            node.exact(rules);
        }
    }

    private HostNode node(final String host, final boolean grow) {
        final List<byte[]> labels = new ArrayList<>();
        for (final String label : FrontendKey.labels(host)) {
            labels.add(Span.of(label));
        }
        HostNode node = root;
        for (final byte[] label : labels.reversed()) {
            final HostNode child = node.child(label);
            if (child == null && !grow) {
                return null;
            }
            node = child == null ? node.addChild(label) : child;
        }
        return node;
    }
}
