package io.sozu.worker;

import io.sozu.control.model.ListenerAdmission;
import io.sozu.control.model.RateLimit;
import io.sozu.sessions.limit.Rate;

/** What a listener lets in, and the buckets of its rates. Rates that do not exist are null. */
final class LimitedListener {
    final int scope;
    final int maxConnections;
    final int maxPerSource;
    final Rate connectionRate;
    final Rate connectionRatePerSource;
    final Rate requestRate;
    final Rate requestRatePerSource;
    /** Whether anything is limited for each source. */
    final boolean countsSources;
    /** When the bucket of connections is full again. */
    long connectionsFullNanos;
    /** When the bucket of requests is full again. */
    long requestsFullNanos;

    /**
     * @param scope the number under which its sources are counted, that of nobody else
     * @param before what was in its place and hands on its buckets; null for none
     */
    LimitedListener(final int scope, final ListenerAdmission admission, final LimitedListener before) {
        if (before != null) {
            connectionsFullNanos = before.connectionsFullNanos;
            requestsFullNanos = before.requestsFullNanos;
        }
        this.scope = scope;
        this.maxConnections = admission.maxConnections() == 0 ? Integer.MAX_VALUE
                : admission.maxConnections();
        this.maxPerSource = admission.maxConnectionsPerSource() == 0 ? Integer.MAX_VALUE
                : admission.maxConnectionsPerSource();
        this.connectionRate = rate(admission.connectionRate());
        this.connectionRatePerSource = rate(admission.connectionRatePerSource());
        this.requestRate = rate(admission.requestRate());
        this.requestRatePerSource = rate(admission.requestRatePerSource());
        this.countsSources = maxPerSource != Integer.MAX_VALUE || connectionRatePerSource != null
                || requestRatePerSource != null;
    }

    /** Returns a rate as the data path has it, null for none. */
    static Rate rate(final RateLimit limit) {
        return limit.isLimited() ? Rate.of(limit.perSecond(), limit.burstOrRate()) : null;
    }
}
