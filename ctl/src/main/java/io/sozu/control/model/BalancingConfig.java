package io.sozu.control.model;

/**
 * How a cluster spreads its exchanges.
 *
 * @param loadMetric what counts as load, null for what the algorithm takes by itself
 */
public record BalancingConfig(LoadBalancing loadBalancing, LoadMetric loadMetric) {
    /** In turn, by weight. */
    public static final BalancingConfig DEFAULT = new BalancingConfig(LoadBalancing.ROUND_ROBIN, null);

    /**
     * Checks the fields.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public BalancingConfig {
        if (loadBalancing == null) {
            throw new InvalidConfigException("load_balancing", "is missing; write round_robin");
        }
    }
}
