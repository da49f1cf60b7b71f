package io.sozu.worker;

import io.sozu.sessions.Connection;
import io.sozu.sessions.Slab;

/** Idle connections of one side by age: a list through their slots, the one idle longest in front. */
final class AgeList {
    private final Connection connection;
    private final Connection neighbour;
    private int newest = Slab.NONE;
    private int oldest = Slab.NONE;

    AgeList(final Traffic traffic) {
        this.connection = traffic.newConnection();
        this.neighbour = traffic.newConnection();
    }

    /** Returns the connection that has been idle longest, which stays in the list, or {@link Slab#NONE}. */
    int oldest() {
        return oldest;
    }

    /** Adds a connection that has become idle. */
    void add(final int slot) {
        connection.wrap(slot);
        connection.poolOlder(newest);
        connection.poolNewer(Slab.NONE);
        if (newest == Slab.NONE) {
            oldest = slot;
        } else {
            neighbour.wrap(newest).poolNewer(slot);
        }
        newest = slot;
    }

    /** Takes a connection out. */
    void remove(final int slot) {
        connection.wrap(slot);
        final int older = connection.poolOlder();
        final int newer = connection.poolNewer();
        if (newer == Slab.NONE) {
            newest = older;
        } else {
            neighbour.wrap(newer).poolOlder(older);
        }
        if (older == Slab.NONE) {
            oldest = newer;
        } else {
            neighbour.wrap(older).poolNewer(newer);
        }
    }
}
