package io.sozu.worker;

import io.sozu.protocols.http.ForwardedFields;
import io.sozu.protocols.http.ListenerProfile;
import io.sozu.protocols.http.ListenerProfiles;
import io.sozu.protocols.tls.TlsListeners;
import io.sozu.protocols.transport.TlsTransport;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * The listeners of a worker by address and by the small number that slots hold. A removed listener keeps its
 * number and profile until its last connection is gone. Control path, but for the two counts.
 */
public final class ListenerTable implements AutoCloseable {
    /** The most listeners there can be, those included that still have connections. */
    public static final int CAPACITY = 1024;

    private final Map<InetSocketAddress, Integer> ids = new HashMap<>();
    private final ListenerProfiles profiles = new ListenerProfiles();
    private final ForwardedFields[] owned = new ForwardedFields[CAPACITY];
    private final int[] connections = new int[CAPACITY];
    private final boolean[] removed = new boolean[CAPACITY];
    private final TlsListeners tls;
    private int total;

    ListenerTable(final TlsTransport transport) {
        tls = new TlsListeners(transport, CAPACITY);
    }

    /** Returns how those of them speak TLS that do. */
    TlsListeners tls() {
        return tls;
    }

    /** Returns what the machines look profiles up in. */
    public ListenerProfiles profiles() {
        return profiles;
    }

    /** Returns the number of a listener, or -1. */
    int find(final InetSocketAddress address) {
        return ids.getOrDefault(address, -1);
    }

    /**
     * Adds a listener, whose forwarded fields become the table's; returns its number, or -1 when all are
     * taken.
     */
    int add(final InetSocketAddress address, final ListenerProfile profile) {
        for (int id = 0; id < CAPACITY; id++) {
            if (owned[id] == null) {
                owned[id] = profile.forwarded();
                profiles.put(id, profile);
                ids.put(address, id);
                return id;
            }
        }
        return -1;
    }

    /** Gives a listener another profile, whose forwarded fields become the table's. */
    void replace(final int id, final ListenerProfile profile) {
        owned[id].close();
        owned[id] = profile.forwarded();
        profiles.put(id, profile);
    }

    /** Removes a listener; what it has accepted is served on. */
    void remove(final InetSocketAddress address) {
        final int id = ids.remove(address);
        removed[id] = true;
        forgetIfUnused(id);
    }

    void connectionOpened(final int id) {
        connections[id]++;
        total++;
    }

    void connectionClosed(final int id) {
        connections[id]--;
        total--;
        if (removed[id]) {
            forgetIfUnused(id);
        }
    }

    /** Returns how many connections a listener has. */
    int connections(final int id) {
        return connections[id];
    }

    /** Returns how many front connections there are. */
    int connections() {
        return total;
    }

    private void forgetIfUnused(final int id) {
        if (removed[id] && connections[id] == 0) {
            removed[id] = false;
            profiles.put(id, null);
            owned[id].close();
            owned[id] = null;
            tls.remove(id);
        }
    }

    /** Frees the profiles; no connection is served any more. */
    @Override
    public void close() {
        tls.close();
        for (int id = 0; id < CAPACITY; id++) {
            if (owned[id] != null) {
                owned[id].close();
                owned[id] = null;
            }
        }
    }
}
