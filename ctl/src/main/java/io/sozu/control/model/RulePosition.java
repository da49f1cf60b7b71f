package io.sozu.control.model;

/** Where a routing rule is looked at: before the tree of host names, in it, or after it. */
public enum RulePosition {
    PRE,
    TREE,
    POST
}
