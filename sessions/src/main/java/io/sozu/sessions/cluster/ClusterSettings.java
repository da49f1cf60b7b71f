package io.sozu.sessions.cluster;

import io.sozu.sessions.ExchangeTerms;

/**
 * What an operator says of a cluster besides its id and its backends.
 *
 * @param loadMetric what is compared where the algorithm compares loads
 * @param terms what its exchanges are granted in place of what their listener says
 * @param securePort the port that clients are sent to who came without TLS, 0 where they are served
 */
public record ClusterSettings(LoadBalancing loadBalancing, LoadMetric loadMetric, FailureSettings failure,
                              AdmissionSettings admission, ExchangeTerms terms, AffinitySettings affinity,
                              int securePort) {
    public static final ClusterSettings DEFAULT =
            new ClusterSettings(LoadBalancing.ROUND_ROBIN, LoadMetric.CONNECTIONS);

    public ClusterSettings(final LoadBalancing loadBalancing, final LoadMetric loadMetric,
            final FailureSettings failure, final AffinitySettings affinity) {
        this(loadBalancing, loadMetric, failure, AdmissionSettings.DEFAULT, ExchangeTerms.NONE, affinity, 0);
    }

    public ClusterSettings(final LoadBalancing loadBalancing, final LoadMetric loadMetric) {
        this(loadBalancing, loadMetric, FailureSettings.DEFAULT, AffinitySettings.DEFAULT);
    }

    /** Returns whether somebody reads how long backends take. */
    public boolean timesResponses() {
        return loadMetric == LoadMetric.CONNECTION_TIME
                && (loadBalancing == LoadBalancing.LEAST_LOADED
                        || loadBalancing == LoadBalancing.POWER_OF_TWO);
    }

    /** Returns whether the algorithm asks for the hash of a request's key. */
    boolean hashes() {
        return loadBalancing == LoadBalancing.HRW || loadBalancing == LoadBalancing.MAGLEV;
    }
}
