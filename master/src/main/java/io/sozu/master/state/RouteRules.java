package io.sozu.master.state;

import io.sozu.control.model.FrontendKey;
import io.sozu.sessions.routing.Condition;
import io.sozu.sessions.routing.PathKind;
import io.sozu.sessions.routing.RulePosition;

/** From the frontends of the control language to those of the router. */
public final class RouteRules {
    private RouteRules() {
    }

    /**
     * Returns the key a router knows a frontend by.
     *
     * @param listener the number of the listener there
     * @throws io.sozu.sessions.cluster.RefusedException when no request could match, or when an expression
     *     is none
     */
    public static io.sozu.sessions.routing.FrontendKey key(final int listener, final FrontendKey key) {
        final PathKind kind = switch (key.path().kind()) {
            case PREFIX -> PathKind.PREFIX;
            case EQUALS -> PathKind.EQUALS;
            case REGEX -> PathKind.REGEX;
        };
        return new io.sozu.sessions.routing.FrontendKey(listener, key.hostname(), kind, key.path().value(),
            key.method(), condition(key.header()), condition(key.query()));
    }

    private static Condition condition(final io.sozu.control.model.Condition condition) {
        return condition == null ? null : new Condition(condition.name(), condition.value());
    }

    /** Returns the same position as a router calls it. */
    public static RulePosition position(final io.sozu.control.model.RulePosition position) {
        return switch (position) {
            case PRE -> RulePosition.PRE;
            case TREE -> RulePosition.TREE;
            case POST -> RulePosition.POST;
        };
    }
}
