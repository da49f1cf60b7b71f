package io.sozu.sessions.cluster;

/**
 * What a cluster takes of one source of connections.
 *
 * @param maxConnectionsPerSource connections of one source at a time; 0 for any number
 * @param retryAfterSeconds what a client is told that has too many of them; 0 to tell nothing
 */
public record AdmissionSettings(int maxConnectionsPerSource, int retryAfterSeconds) {
    public static final AdmissionSettings DEFAULT = new AdmissionSettings(0, 60);

    /** Returns whether anything is limited. */
    public boolean isLimited() {
        return maxConnectionsPerSource > 0;
    }
}
