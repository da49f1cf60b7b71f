package io.sozu.worker;

import io.sozu.sessions.IdleLinks;
import io.sozu.sessions.Slab;

/** Connections that wait for the same thing, by age: a list through their slots, the oldest in front. */
final class AgeList {
    private final IdleLinks links;
    private final IdleLinks neighbour;
    private int newest = Slab.NONE;
    private int oldest = Slab.NONE;

    AgeList(final Traffic traffic) {
        this.links = traffic.newIdleLinks();
        this.neighbour = traffic.newIdleLinks();
    }

    /** Returns the connection that has been idle longest, which stays in the list, or {@link Slab#NONE}. */
    int oldest() {
        return oldest;
    }

    /** Returns the connection that was added last, or {@link Slab#NONE}. */
    int newest() {
        return newest;
    }

    /** Returns the next younger connection of the list, or {@link Slab#NONE}. */
    int newer(final int slot) {
        return links.wrap(slot).newer();
    }

    /** Adds a connection that has become idle. */
    void add(final int slot) {
        links.wrap(slot);
        links.older(newest);
        links.newer(Slab.NONE);
        if (newest == Slab.NONE) {
            oldest = slot;
        } else {
            neighbour.wrap(newest).newer(slot);
        }
        newest = slot;
    }

    /** Takes a connection out. */
    void remove(final int slot) {
        links.wrap(slot);
        final int older = links.older();
        final int newer = links.newer();
        if (newer == Slab.NONE) {
            newest = older;
        } else {
            neighbour.wrap(newer).older(older);
        }
        if (older == Slab.NONE) {
            oldest = newer;
        } else {
            neighbour.wrap(older).newer(newer);
        }
    }
}
