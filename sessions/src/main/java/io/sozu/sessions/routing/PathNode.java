package io.sozu.sessions.routing;

import java.util.Arrays;
import java.util.List;

/**
 * A node of the tree of paths: the bytes between its parent and itself, and the routes of the path that ends
 * here. Children differ in their first byte and stand in its order.
 */
final class PathNode {
    private static final PathNode[] NO_CHILDREN = {};

    private byte[] label;
    private PathNode[] children = NO_CHILDREN;
    private Candidates prefix;
    private Candidates equal;

    PathNode(final byte[] label) {
        this.label = label;
    }

    byte[] label() {
        return label;
    }

    Candidates routes(final PathKind kind) {
        return kind == PathKind.PREFIX ? prefix : equal;
    }

    void routes(final PathKind kind, final Candidates routes) {
        if (kind == PathKind.PREFIX) {
            prefix = routes;
        } else {
            equal = routes;
        }
    }

    /** Returns the child whose label begins with this byte, or null. */
    PathNode child(final byte first) {
        final int place = place(first);
        return place < 0 ? null : children[place];
    }

    int childCount() {
        return children.length;
    }

    boolean hasRoutes() {
        return prefix != null || equal != null;
    }

    void addChild(final PathNode child) {
        final int place = -place(child.label[0]) - 1;
        assert place >= 0;
        final PathNode[] grown = new PathNode[children.length + 1];
        System.arraycopy(children, 0, grown, 0, place);
        grown[place] = child;
        System.arraycopy(children, place, grown, place + 1, children.length - place);
        children = grown;
    }

    void removeChild(final PathNode child) {
        final int place = place(child.label[0]);
        assert children[place] == child;
        final PathNode[] shrunk = Arrays.copyOf(children, children.length - 1);
        System.arraycopy(children, place + 1, shrunk, place, shrunk.length - place);
        children = shrunk;
    }

    /** Ends this node after the first bytes of its label; what it was becomes its only child. */
    void split(final int labelBytes) {
        final PathNode rest = new PathNode(Arrays.copyOfRange(label, labelBytes, label.length));
        rest.children = children;
        rest.prefix = prefix;
        rest.equal = equal;
        label = Arrays.copyOf(label, labelBytes);
        children = new PathNode[] {rest};
        prefix = null;
        equal = null;
    }

    /** Undoes {@link #split}: becomes its only child. */
    void absorbOnlyChild() {
        assert children.length == 1 && !hasRoutes();
        final PathNode child = children[0];
        final byte[] joined = Arrays.copyOf(label, label.length + child.label.length);
        System.arraycopy(child.label, 0, joined, label.length, child.label.length);
        label = joined;
        children = child.children;
        prefix = child.prefix;
        equal = child.equal;
    }

    /** Adds the routes that end here to one list and the children to another. */
    void collect(final List<Rule> routes, final List<PathNode> nodes) {
        if (prefix != null) {
            prefix.collect(routes);
        }
        if (equal != null) {
            equal.collect(routes);
        }
        nodes.addAll(Arrays.asList(children));
    }

    /** Tells whether this node and its children, not theirs, are as they must be. */
    boolean checkInvariants(final boolean isRoot) {
        assert isRoot ? label.length == 0 : label.length > 0;
        assert isRoot || hasRoutes() || children.length > 1 : "a node that need not be";
        assert prefix == null || !prefix.isEmpty();
        assert equal == null || !equal.isEmpty();
        for (int i = 1; i < children.length; i++) {
            assert Byte.compareUnsigned(children[i - 1].label[0], children[i].label[0]) < 0 : "order";
        }
        return true;
    }

    private int place(final byte first) {
        int low = 0;
        int high = children.length - 1;
        while (low <= high) {
            final int middle = low + high >>> 1;
            final int order = Byte.compareUnsigned(children[middle].label[0], first);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }
}
