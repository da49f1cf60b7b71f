package io.sozu.control.model;

/**
 * A group of backends that serve one application.
 *
 * @param sticky how a client keeps its backend
 * @param httpsRedirect whether clients of HTTP listeners are sent to HTTPS
 * @param failure what happens when backends cannot take a request
 * @param admission what is taken of one source
 * @param terms what its exchanges are granted in place of what their listener says
 * @param backendTls how its backends are spoken to by TLS, null where they are spoken to without
 */
public record ClusterConfig(String clusterId, StickyConfig sticky, HttpsRedirect httpsRedirect,
                            BalancingConfig balancing, FailurePolicy failure,
                            ClusterAdmission admission, ExchangeTerms terms, BackendTls backendTls) {
    /**
     * Checks the fields.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public ClusterConfig {
        Texts.id("cluster_id", clusterId);
        if (sticky == null) {
            throw new InvalidConfigException("sticky_session", "is missing; write false");
        }
        if (balancing == null || httpsRedirect == null) {
            throw new InvalidConfigException(balancing == null ? "load_balancing" : "https_redirect",
                "is missing; write " + (balancing == null ? "round_robin" : "false"));
        }
    }

    /** Makes a cluster whose backends are spoken to without TLS. */
    public ClusterConfig(final String clusterId, final StickyConfig sticky, final HttpsRedirect httpsRedirect,
                         final BalancingConfig balancing, final FailurePolicy failure,
                         final ClusterAdmission admission, final ExchangeTerms terms) {
        this(clusterId, sticky, httpsRedirect, balancing, failure, admission, terms, null);
    }

    /** Makes a cluster whose sticky cookie has no attributes but its path. */
    public ClusterConfig(final String clusterId, final boolean stickySession, final boolean httpsRedirect,
                         final BalancingConfig balancing, final FailurePolicy failure,
                         final ClusterAdmission admission, final ExchangeTerms terms) {
        this(clusterId, StickyConfig.of(stickySession), HttpsRedirect.of(httpsRedirect), balancing, failure,
            admission, terms);
    }

    /** Makes a cluster that says nothing of its admission and terms. */
    public ClusterConfig(final String clusterId, final boolean stickySession, final boolean httpsRedirect,
                         final BalancingConfig balancing, final FailurePolicy failure) {
        this(clusterId, stickySession, httpsRedirect, balancing, failure, ClusterAdmission.DEFAULT,
            ExchangeTerms.NONE);
    }

    /** Makes a cluster whose failure policy, too, is the default. */
    public ClusterConfig(final String clusterId, final boolean stickySession, final boolean httpsRedirect,
                         final BalancingConfig balancing) {
        this(clusterId, stickySession, httpsRedirect, balancing, FailurePolicy.DEFAULT);
    }

    /** Makes a cluster of which only balancing and stickiness are not the default. */
    public ClusterConfig(final String clusterId, final StickyConfig sticky, final BalancingConfig balancing) {
        this(clusterId, sticky, HttpsRedirect.OFF, balancing, FailurePolicy.DEFAULT, ClusterAdmission.DEFAULT,
            ExchangeTerms.NONE);
    }

    /** Returns the same with backends that are spoken to in another way. */
    public ClusterConfig withBackendTls(final BackendTls tls) {
        return new ClusterConfig(clusterId, sticky, httpsRedirect, balancing, failure, admission, terms, tls);
    }

    /** Returns a cluster with every default. */
    public static ClusterConfig of(final String clusterId) {
        return new ClusterConfig(clusterId, false, false, BalancingConfig.DEFAULT);
    }
}
