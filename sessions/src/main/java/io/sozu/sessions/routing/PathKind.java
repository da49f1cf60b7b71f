package io.sozu.sessions.routing;

/** How the path of a frontend is compared with the path of a request, query excluded. */
public enum PathKind {
    /** The request's path begins with these bytes: {@code /api} takes {@code /api/x} and {@code /apix}. */
    PREFIX("P"),
    /** The request's path is exactly these bytes. */
    EQUALS("="),
    /** The request's path, whole, is one that the regular expression describes. */
    REGEX("R");

    private final String mark;

    PathKind(final String mark) {
        this.mark = mark;
    }

    /** Returns the letter that stands for it in the text of a {@link FrontendKey}. */
    public String mark() {
        return mark;
    }
}
