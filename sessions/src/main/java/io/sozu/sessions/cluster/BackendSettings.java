package io.sozu.sessions.cluster;

/**
 * What an operator says of a backend; id and address are its identity, the rest can be replaced.
 *
 * @param stickyId what a sticky cookie calls it, or null for its id
 * @param weight its share of the exchanges, 0 to 255; 0 is none unless every backend of the cluster has 0
 * @param backup used only when no other backend of the cluster is usable
 * @param maxConnections exchanges it serves at a time, and so connections it has; 0 for any number
 * @param hostName the name that its address is one of, null for none
 */
public record BackendSettings(String id, BackendAddress address, int weight, String stickyId,
                              boolean backup, int maxConnections, String hostName) {
    public static final int DEFAULT_WEIGHT = 100;
    public static final int MAX_WEIGHT = 255;

    public BackendSettings {
        if (id == null || id.isEmpty()) {
            throw new RefusedException("a backend needs an id");
        }
        if (address == null) {
            throw new RefusedException("backend " + id + " needs an address");
        }
        if (weight < 0 || weight > MAX_WEIGHT) {
            throw new RefusedException("weight " + weight + " of backend " + id + " is not in 0.."
                    + MAX_WEIGHT);
        }
    }

    public BackendSettings(final String id, final BackendAddress address, final int weight,
            final String stickyId, final boolean backup, final int maxConnections) {
        this(id, address, weight, stickyId, backup, maxConnections, null);
    }

    public BackendSettings(final String id, final BackendAddress address) {
        this(id, address, DEFAULT_WEIGHT, null, false);
    }

    public BackendSettings(final String id, final BackendAddress address, final int weight,
            final String stickyId, final boolean backup) {
        this(id, address, weight, stickyId, backup, 0);
    }
}
