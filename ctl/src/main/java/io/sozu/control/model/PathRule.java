package io.sozu.control.model;

/**
 * Which paths a frontend serves; the query is no part of a path.
 *
 * @param value what the kind compares with; the empty prefix is every path
 */
public record PathRule(PathKind kind, String value) {
    /** Every path, and the {@code *} of {@code OPTIONS *}. */
    public static final PathRule ANY = new PathRule(PathKind.PREFIX, "");

    private static final int MAX_CHARS = 2048;

    /**
     * Checks the rule.
     *
     * @throws InvalidConfigException when no path could ever match it
     */
    public PathRule {
        if (kind == null || value == null) {
            throw new InvalidConfigException("path", "is missing; write {\"PREFIX\":\"/\"}");
        }
        if (value.length() > MAX_CHARS) {
            throw new InvalidConfigException("path", Quote.of(value) + " is longer than " + MAX_CHARS
                + " characters");
        }
        if (value.chars().anyMatch(c -> c <= ' ' || c >= 0x7F)) {
            throw new InvalidConfigException("path", Quote.of(value)
                + " has a character that no path has; percent-encode it");
        }
        if (kind != PathKind.REGEX) {
            checkLiteral(kind, value);
        }
    }

    private static void checkLiteral(final PathKind kind, final String value) {
        if (value.isEmpty() && kind == PathKind.PREFIX || value.equals("*") && kind == PathKind.EQUALS) {
            return;
        }
        if (!value.startsWith("/")) {
            throw new InvalidConfigException("path", Quote.of(value) + " does not start with '/'");
        }
        if (value.indexOf('?') >= 0 || value.indexOf('#') >= 0) {
            throw new InvalidConfigException("path", Quote.of(value)
                + " has a query or a fragment, which are no part of the match; leave them out");
        }
    }
}
