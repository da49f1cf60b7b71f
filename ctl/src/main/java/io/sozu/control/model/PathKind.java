package io.sozu.control.model;

/** How a path rule compares. */
public enum PathKind {
    /** The path starts with the value; the longest value wins. */
    PREFIX,
    /** The path is the value. */
    EQUALS,
    /** The path matches the expression. */
    REGEX
}
