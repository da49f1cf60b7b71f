package io.sozu.sessions.cluster;

import io.sozu.sessions.limit.Rate;

/**
 * What a cluster takes of one source of connections, and how many requests it takes.
 *
 * @param maxConnectionsPerSource connections of one source at a time; 0 for any number
 * @param retryAfterSeconds what a client is told that has too many of them; 0 to tell nothing
 * @param requestRate requests in all; null for any number
 * @param requestRatePerSource requests of one source; null for any number
 */
public record AdmissionSettings(int maxConnectionsPerSource, int retryAfterSeconds, Rate requestRate,
                                Rate requestRatePerSource) {
    public static final AdmissionSettings DEFAULT = new AdmissionSettings(0, 60, null, null);

    /** Returns whether anything is limited. */
    public boolean isLimited() {
        return requestRate != null || countsSources();
    }

    /** Returns whether anything is limited for each source. */
    public boolean countsSources() {
        return maxConnectionsPerSource > 0 || requestRatePerSource != null;
    }
}
