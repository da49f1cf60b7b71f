package io.sozu.sessions.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A node of the tree of host labels, counted from the right: the rules of the name that ends here and of the
 * names with exactly one label more. Children stand in an open-addressing table of their labels.
 */
final class HostNode {
    private static final int FIRST_TABLE = 2;

    private final byte[] label;
    private final int hash;
    private final HostNode parent;
    private HostNode[] table;
    private int childCount;
    private PathRules exact;
    private PathRules wildcard;
    private RegexLabels regexes;

    HostNode(final HostNode parent, final byte[] label) {
        this.parent = parent;
        this.label = label;
        this.hash = Span.hash(label);
    }

    HostNode parent() {
        return parent;
    }

    /** Returns the rules of this name, or null. */
    PathRules exact() {
        return exact;
    }

    void exact(final PathRules rules) {
        this.exact = rules;
    }

    /** Returns the rules of the names with exactly one label more, or null. */
    PathRules wildcard() {
        return wildcard;
    }

    void wildcard(final PathRules rules) {
        this.wildcard = rules;
    }

    byte[] label() {
        return label;
    }

    /** Returns the children whose labels are regular expressions, or null. */
    RegexLabels regexes() {
        return regexes;
    }

    boolean isUnused() {
        return childCount == 0 && regexes == null && exact == null && wildcard == null;
    }

    /** Returns the child of a label in any case, or null; {@code labelHash} is that of {@link Span}. */
    HostNode child(final int labelHash, final long address, final int lengthBytes) {
        if (table == null) {
            return null;
        }
        final int mask = table.length - 1;
        int place = labelHash & mask;
        HostNode child = table[place];
        while (child != null) {
            if (child.hash == labelHash && child.label.length == lengthBytes
                    && Span.equalsLabel(address, child.label)) {
                return child;
            }
            place = place + 1 & mask;
            child = table[place];
        }
        return null;
    }

    /** Returns the child of a label in lower case, or of a regular expression, or null. */
    HostNode child(final byte[] childLabel) {
        if (isRegex(childLabel)) {
            return regexes == null ? null : regexes.find(childLabel);
        }
        if (table == null) {
            return null;
        }
        final int mask = table.length - 1;
        int place = Span.hash(childLabel) & mask;
        while (table[place] != null && !Arrays.equals(table[place].label, childLabel)) {
            place = place + 1 & mask;
        }
        return table[place];
    }

    HostNode addChild(final byte[] childLabel) {
        final HostNode child = new HostNode(this, childLabel);
        if (isRegex(childLabel)) {
            regexes = regexes == null ? new RegexLabels() : regexes;
            regexes.add(child);
            return child;
        }
        childCount++;
        if (table == null) {
            table = new HostNode[FIRST_TABLE];
        } else if (childCount * 2 > table.length) {
            resize(table.length * 2);
        }
        put(child);
        return child;
    }

    void removeChild(final HostNode child) {
        if (isRegex(child.label)) {
            regexes.remove(child);
            regexes = regexes.size() == 0 ? null : regexes;
            return;
        }
        childCount--;
        if (childCount == 0) {
            table = null;
            return;
        }
        final int mask = table.length - 1;
        int hole = child.hash & mask;
        while (table[hole] != child) {
            hole = hole + 1 & mask;
        }
        closeHole(hole, mask);
        if (childCount * 8 < table.length) {
            resize(table.length / 4);
        }
    }

    /** Sees to the order of expressions, after a child has lost a rule. */
    void settle(final HostNode child) {
        if (isRegex(child.label)) {
            regexes.settle(child);
        }
    }

    /** Returns the number of the oldest rule here and below. */
    long oldestRule() {
        final List<Rule> rules = new ArrayList<>();
        final List<HostNode> open = new ArrayList<>();
        open.add(this);
        while (!open.isEmpty()) {
            final HostNode node = open.removeLast();
            node.collectRules(rules);
            node.collect(open);
        }
        return rules.stream().mapToLong(Rule::number).min().orElse(Long.MAX_VALUE);
    }

    /** Adds the rules that end here to a list. */
    void collectRules(final List<Rule> target) {
        if (exact != null) {
            exact.collect(target);
        }
        if (wildcard != null) {
            wildcard.collect(target);
        }
    }

    /** Adds the children to a list. */
    void collect(final List<HostNode> target) {
        for (int place = 0; table != null && place < table.length; place++) {
            if (table[place] != null) {
                target.add(table[place]);
            }
        }
        if (regexes != null) {
            regexes.collect(target);
        }
    }

    /** Tells whether this node and its children, not theirs, are as they must be. */
    boolean checkInvariants() {
        assert parent == null || !isUnused() : "a node that need not be";
        assert exact == null || exact.checkInvariants();
        assert wildcard == null || wildcard.checkInvariants();
        int found = 0;
        for (int place = 0; table != null && place < table.length; place++) {
            final HostNode child = table[place];
            if (child != null) {
                found++;
                assert child.parent == this && child(child.label) == child : "a child out of its place";
            }
        }
        assert regexes == null || regexes.size() > 0 : "no expressions";
        assert found == childCount : found + " children, not " + childCount;
        assert table == null ? found == 0 : found > 0 && found * 2 <= table.length : "a table too small";
        assert table == null || table.length <= Math.max(16, found * 8) : "a table too large";
        return true;
    }

    /** Moves up every later child of the run that the hole would cut off from its own place. */
    private void closeHole(final int first, final int mask) {
        int hole = first;
        int place = hole + 1 & mask;
        while (table[place] != null) {
            if ((place - table[place].hash & mask) >= (place - hole & mask)) {
                table[hole] = table[place];
                hole = place;
            }
            place = place + 1 & mask;
        }
        table[hole] = null;
    }

    private static boolean isRegex(final byte[] label) {
        return label.length > 0 && label[0] == '/';
    }

    private void resize(final int places) {
        final HostNode[] old = table;
        table = new HostNode[places];
        for (final HostNode child : old) {
            if (child != null) {
                put(child);
            }
        }
    }

    private void put(final HostNode child) {
        final int mask = table.length - 1;
        int place = child.hash & mask;
        while (table[place] != null) {
            place = place + 1 & mask;
        }
        table[place] = child;
    }
}
