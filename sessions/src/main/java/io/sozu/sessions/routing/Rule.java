package io.sozu.sessions.routing;

/** A frontend as the router compares it; where it leads may change, and what its expressions remember. */
final class Rule implements Comparable<Rule> {
    private Route route;
    private final RulePosition position;
    private final long number;
    private final HostPattern host;
    private final byte[] path;
    private final RegexSet pathRegex;
    private final byte[] method;
    private final Conditions conditions;

    /**
     * Prepares a frontend.
     *
     * @param number larger than that of every rule added before
     */
    Rule(final Route route, final RulePosition position, final long number) {
        final FrontendKey key = route.frontend();
        this.route = route;
        this.position = position;
        this.number = number;
        this.host = new HostPattern(key);
        this.path = Span.of(key.path());
        this.pathRegex = key.pathKind() == PathKind.REGEX ? new RegexSet() : null;
        if (pathRegex != null) {
            pathRegex.add(0, RegexProgram.of(key.path(), false));
        }
        this.method = key.method() == null ? null : Span.of(key.method());
        this.conditions = key.header() == null && key.query() == null ? null : new Conditions(key);
    }

    Route route() {
        return route;
    }

    /** Leads to another cluster from now on; the frontend and its place among the others stay. */
    void lead(final Route next) {
        assert next.frontend().equals(route.frontend()) : next;
        route = next;
    }

    /** Returns a number that is smaller than those of all rules added later. */
    long number() {
        return number;
    }

    FrontendKey key() {
        return route.frontend();
    }

    RulePosition position() {
        return position;
    }

    /** Whether everything of the rule holds. */
    boolean matches(final RouteKey key) {
        return accepts(key) && host.matches(key) && matchesPath(key);
    }

    /** Whether what is neither host nor path holds. */
    boolean accepts(final RouteKey key) {
        return acceptsMethod(key) && (conditions == null || conditions.hold(key));
    }

    private boolean acceptsMethod(final RouteKey key) {
        return method == null || method.length == key.methodBytes() && Span.equals(key.methodAddress(),
                method, 0);
    }

    private boolean matchesPath(final RouteKey key) {
        return switch (key().pathKind()) {
            case PREFIX -> path.length <= key.pathBytes() && Span.equals(key.pathAddress(), path, 0);
            case EQUALS -> path.length == key.pathBytes() && Span.equals(key.pathAddress(), path, 0);
            case REGEX -> pathRegex.match(key.pathAddress(), key.pathBytes()).length > 0;
        };
    }

    private int conditionCount() {
        return conditions == null ? 0 : conditions.count();
    }

    /**
     * Of rules whose host and path matched alike, the better comes first: it has more conditions, or as many
     * and names a method, or was earlier.
     */
    @Override
    public int compareTo(final Rule other) {
        final int byConditions = Integer.compare(other.conditionCount(), conditionCount());
        if (byConditions != 0) {
            return byConditions;
        }
        final int byMethod = Boolean.compare(other.method != null, method != null);
        return byMethod != 0 ? byMethod : Long.compare(number, other.number);
    }
}
