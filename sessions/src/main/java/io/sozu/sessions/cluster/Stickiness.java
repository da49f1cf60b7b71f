package io.sozu.sessions.cluster;

import java.nio.charset.StandardCharsets;

/** How clients of a cluster are tied to its backends: by a cookie that names one. */
public final class Stickiness {
    private final Cluster cluster;
    private final byte[] attributes;
    private boolean named;

    Stickiness(final Cluster cluster, final AffinitySettings settings) {
        this.cluster = cluster;
        this.attributes = settings.stickyAttributes().getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns what follows name and value of the cookie; not to be changed. */
    public byte[] attributes() {
        return attributes;
    }

    /** Makes the next question name the backends again: they are others, or have other names. */
    void forget() {
        named = false;
    }

    /** Returns the backend that a cookie with this value names, or null. */
    public Backend find(final long valueAddress, final int valueBytes) {
        name();
        for (int place = 0; place < cluster.backendCount(); place++) {
            if (cluster.backend(place).hasStickyValue(valueAddress, valueBytes)) {
                return cluster.backend(place);
            }
        }
        return null;
    }

    /** Returns the value of the cookie that names a backend; null when that is removed, not to be changed. */
    public byte[] value(final Backend backend) {
        name();
        return backend.phase() == BackendPhase.NORMAL ? backend.stickyValue() : null;
    }

    private void name() {
        if (!named) {
            StickyValue.assign(cluster);
            named = true;
        }
    }
}
