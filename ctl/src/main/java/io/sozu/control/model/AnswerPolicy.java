package io.sozu.control.model;

import java.util.List;

/**
 * What a listener answers by itself.
 *
 * @param noRouteStatus the status for a request that no frontend takes
 */
public record AnswerPolicy(int noRouteStatus) {
    private static final List<Integer> NO_ROUTE = List.of(400, 401, 403, 404, 421, 500, 503);
    /** What holds where nothing is said. */
    public static final AnswerPolicy DEFAULT = new AnswerPolicy(404);

    /**
     * Checks the statuses.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public AnswerPolicy {
        if (!NO_ROUTE.contains(noRouteStatus)) {
            throw new InvalidConfigException("no_route_status", noRouteStatus + " is not among "
                + String.join(", ", NO_ROUTE.stream().map(String::valueOf).toList()));
        }
    }
}
