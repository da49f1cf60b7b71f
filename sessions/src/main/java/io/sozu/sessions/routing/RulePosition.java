package io.sozu.sessions.routing;

/** When a frontend is looked at: before the tree of hosts, in it, or after it. */
public enum RulePosition {
    /** Before every host, in the order of addition: the first that matches decides. */
    PRE,
    /** Where its host and path stand. */
    TREE,
    /** When nothing else matched, in the order of addition. */
    POST
}
