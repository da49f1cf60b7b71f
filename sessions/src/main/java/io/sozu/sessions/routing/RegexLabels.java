package io.sozu.sessions.routing;

import java.util.Arrays;
import java.util.List;

/**
 * The children of a host node whose labels are regular expressions, in the order of the oldest rule that each
 * of them leads to: a router that was given only the rules that are left would have the same.
 */
final class RegexLabels {
    private static final HostNode[] NO_NODES = {};

    private final RegexSet expressions = new RegexSet();
    private HostNode[] nodes = NO_NODES;

    /** Returns which children take a label, ascending; the array is not the caller's. */
    int[] match(final long address, final int lengthBytes) {
        return expressions.match(address, lengthBytes);
    }

    HostNode get(final int place) {
        return nodes[place];
    }

    int size() {
        return nodes.length;
    }

    /** Returns the child of exactly this expression, or null. */
    HostNode find(final byte[] label) {
        for (final HostNode node : nodes) {
            if (Arrays.equals(node.label(), label)) {
                return node;
            }
        }
        return null;
    }

    /** Adds a child whose rule is the latest. */
    void add(final HostNode node) {
        insert(nodes.length, node);
    }

    private void insert(final int place, final HostNode node) {
        final HostNode[] grown = Arrays.copyOf(nodes, nodes.length + 1);
        System.arraycopy(nodes, place, grown, place + 1, nodes.length - place);
        grown[place] = node;
        nodes = grown;
        expressions.add(place, FrontendKey.labelProgram(Span.text(node.label())));
    }

    /** Puts a child that has lost a rule where it belongs now. */
    void settle(final HostNode node) {
        if (nodes.length == 1) {
            return;
        }
        remove(node);
        final long oldest = node.oldestRule();
        int place = 0;
        while (place < nodes.length && nodes[place].oldestRule() < oldest) {
            place++;
        }
        insert(place, node);
    }

    void remove(final HostNode node) {
        int place = 0;
        while (nodes[place] != node) {
            place++;
        }
        final HostNode[] shrunk = Arrays.copyOf(nodes, nodes.length - 1);
        System.arraycopy(nodes, place + 1, shrunk, place, shrunk.length - place);
        nodes = shrunk;
        expressions.remove(place);
    }

    void collect(final List<HostNode> target) {
        target.addAll(Arrays.asList(nodes));
    }
}
