package io.sozu.sessions.routing;

import java.util.Arrays;
import java.util.List;

/** The routes of one path of one kind: one for every method, and better ones for single methods. */
final class MethodRoutes {
    private static final byte[][] NO_METHODS = {};
    private static final Route[] NO_ROUTES = {};

    private Route anyMethod;
    private byte[][] methods = NO_METHODS;
    private Route[] routes = NO_ROUTES;

    /** Returns the route of the method, else the one of every method, else null. */
    Route lookup(final long methodAddress, final int methodBytes) {
        for (int i = 0; i < methods.length; i++) {
            final byte[] method = methods[i];
            if (method.length == methodBytes && Span.equals(methodAddress, method, 0)) {
                return routes[i];
            }
        }
        return anyMethod;
    }

    /** Returns the route of exactly this method, null for every method. */
    Route find(final String method) {
        if (method == null) {
            return anyMethod;
        }
        final int place = place(Span.of(method));
        return place < 0 ? null : routes[place];
    }

    void add(final Route route) {
        final String method = route.frontend().method();
        if (method == null) {
            anyMethod = route;
            return;
        }
        final int count = methods.length;
        methods = Arrays.copyOf(methods, count + 1);
        routes = Arrays.copyOf(routes, count + 1);
        methods[count] = Span.of(method);
        routes[count] = route;
    }

    void remove(final String method) {
        if (method == null) {
            anyMethod = null;
            return;
        }
        final int last = methods.length - 1;
        final int place = place(Span.of(method));
        methods[place] = methods[last];
        routes[place] = routes[last];
        methods = Arrays.copyOf(methods, last);
        routes = Arrays.copyOf(routes, last);
    }

    boolean isEmpty() {
        return anyMethod == null && routes.length == 0;
    }

    void collect(final List<Route> target) {
        if (anyMethod != null) {
            target.add(anyMethod);
        }
        target.addAll(Arrays.asList(routes));
    }

    private int place(final byte[] method) {
        for (int i = 0; i < methods.length; i++) {
            if (Arrays.equals(methods[i], method)) {
                return i;
            }
        }
        return -1;
    }
}
