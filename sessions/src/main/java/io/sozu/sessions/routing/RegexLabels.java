package io.sozu.sessions.routing;

import java.util.Arrays;
import java.util.List;

/** The children of a host node whose labels are regular expressions, in the order of addition. */
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

    void add(final HostNode node, final RegexProgram program) {
        nodes = Arrays.copyOf(nodes, nodes.length + 1);
        nodes[nodes.length - 1] = node;
        expressions.add(nodes.length - 1, program);
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
