package io.sozu.sessions.routing;

import io.sozu.bindings.memory.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rules of one host: a path that is equal wins over every regular expression, that over every prefix, a
 * longer prefix over a shorter one. Of the same path, and of all regular expressions that match, the rule
 * with more conditions on header and query wins, then one that names the method, then the one added
 * earlier. A rule whose method or conditions do not hold is no candidate, so a shorter prefix may win.
 *
 * <p>A tree over the bytes of the paths: a lookup costs the length of the path, however many rules there are.
 * Regular expressions are asked all at once, and only where the host has some.
 */
final class PathRules {
    private final PathNode root = new PathNode(Span.EMPTY);
    private RegexPaths regexes;
    private int size;

    /** Returns the best route, or null. */
    Route lookup(final RouteKey key) {
        final Route literal = lookupLiteral(key);
        if (regexes == null || literal != null && literal.frontend().pathKind() == PathKind.EQUALS) {
            return literal;
        }
        final Route regex = regexes.lookup(key);
        return regex == null ? literal : regex;
    }

    private Route lookupLiteral(final RouteKey key) {
        final long address = key.pathAddress();
        final int lengthBytes = key.pathBytes();
        PathNode node = root;
        int from = 0;
        Route best = null;
        while (true) {
            if (from == lengthBytes) {
                final Route equal = match(node.routes(PathKind.EQUALS), key);
                if (equal != null) {
                    return equal;
                }
            }
            final Route prefix = match(node.routes(PathKind.PREFIX), key);
            best = prefix == null ? best : prefix;
            if (from == lengthBytes) {
                return best;
            }
            node = node.child(Memory.getByte(address + from));
            if (node == null || node.label().length > lengthBytes - from
                    || !Span.equals(address + from, node.label(), 0)) {
                return best;
            }
            from += node.label().length;
        }
    }

    /** Returns the rule of exactly this frontend, or null. */
    Rule find(final FrontendKey key) {
        if (key.pathKind() == PathKind.REGEX) {
            return regexes == null ? null : regexes.find(key);
        }
        final PathNode node = node(Span.of(key.path()));
        final Candidates routes = node == null ? null : node.routes(key.pathKind());
        return routes == null ? null : routes.find(key);
    }

    /** Adds a rule for which {@link #find} returns null. */
    void add(final Rule rule) {
        final FrontendKey key = rule.key();
        size++;
        if (key.pathKind() == PathKind.REGEX) {
            regexes = regexes == null ? new RegexPaths() : regexes;
            regexes.add(rule);
            return;
        }
        final PathNode node = grow(Span.of(key.path()));
        if (node.routes(key.pathKind()) == null) {
            node.routes(key.pathKind(), new Candidates());
        }
        node.routes(key.pathKind()).add(rule);
    }

    /** Removes a rule for which {@link #find} does not return null. */
    void remove(final FrontendKey key) {
        size--;
        if (key.pathKind() == PathKind.REGEX) {
            regexes.remove(key);
            regexes = regexes.size() == 0 ? null : regexes;
            return;
        }
        final byte[] path = Span.of(key.path());
        final PathNode node = node(path);
        final Candidates routes = node.routes(key.pathKind());
        routes.remove(key);
        if (routes.isEmpty()) {
            node.routes(key.pathKind(), null);
            prune(node, path);
        }
    }

    int size() {
        return size;
    }

    void collect(final List<Rule> target) {
        if (regexes != null) {
            regexes.collect(target);
        }
        final List<PathNode> open = new ArrayList<>();
        open.add(root);
        while (!open.isEmpty()) {
            open.removeLast().collect(target, open);
        }
    }

    boolean checkInvariants() {
        final List<Rule> routes = new ArrayList<>();
        if (regexes != null) {
            regexes.collect(routes);
        }
        final List<PathNode> open = new ArrayList<>();
        open.add(root);
        while (!open.isEmpty()) {
            final PathNode node = open.removeLast();
            assert node.checkInvariants(node == root);
            node.collect(routes, open);
        }
        assert size > 0 && routes.size() == size : routes.size() + " routes, not " + size;
        return true;
    }

    private static Route match(final Candidates routes, final RouteKey key) {
        return routes == null ? null : routes.lookup(key);
    }

    /** Returns the node at the end of exactly this path, or null. */
    private PathNode node(final byte[] path) {
        PathNode node = root;
        int from = 0;
        while (from < path.length) {
            node = node.child(path[from]);
            if (node == null || common(node.label(), path, from) < node.label().length) {
                return null;
            }
            from += node.label().length;
        }
        return node;
    }

    private PathNode grow(final byte[] path) {
        PathNode node = root;
        int from = 0;
        while (from < path.length) {
            final PathNode child = node.child(path[from]);
            if (child == null) {
                final PathNode leaf = new PathNode(Arrays.copyOfRange(path, from, path.length));
                node.addChild(leaf);
                return leaf;
            }
            final int common = common(child.label(), path, from);
            if (common < child.label().length) {
                child.split(common);
            }
            node = child;
            from += common;
        }
        return node;
    }

    /** Takes a node without routes out of the tree, and joins what need not be apart any more. */
    private void prune(final PathNode node, final byte[] path) {
        if (node == root || node.hasRoutes()) {
            return;
        }
        if (node.childCount() == 1) {
            node.absorbOnlyChild();
        } else if (node.childCount() == 0) {
            final PathNode parent = parent(node, path);
            parent.removeChild(node);
            if (parent != root && parent.childCount() == 1 && !parent.hasRoutes()) {
                parent.absorbOnlyChild();
            }
        }
    }

    private PathNode parent(final PathNode node, final byte[] path) {
        PathNode parent = root;
        PathNode child = root.child(path[0]);
        int from = 0;
        while (child != node) {
            from += child.label().length;
            parent = child;
            child = child.child(path[from]);
        }
        return parent;
    }

    private static int common(final byte[] label, final byte[] path, final int from) {
        final int most = Math.min(label.length, path.length - from);
        int common = 0;
        while (common < most && label[common] == path[from + common]) {
            common++;
        }
        return common;
    }
}
