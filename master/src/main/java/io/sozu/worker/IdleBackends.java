package io.sozu.worker;

import io.sozu.sessions.IdleLinks;
import io.sozu.sessions.Slab;
import io.sozu.sessions.cluster.Backend;
import java.util.Arrays;

/**
 * The idle connections to backends, shared by all sessions of the worker: per backend a list with the
 * connection used last in front, so that those not needed age and time out; over all of them a list by age.
 * The lists run through the slots; the closer closes what is in them.
 */
final class IdleBackends {
    private final int maxPerBackend;
    private final IdleLinks links;
    private final IdleLinks neighbour;
    private final AgeList byAge;
    private int[] heads = new int[16];

    /** Makes empty lists of at most {@code maxPerBackend} connections each. */
    IdleBackends(final Traffic traffic, final int maxPerBackend) {
        this.maxPerBackend = maxPerBackend;
        this.links = traffic.newIdleLinks();
        this.neighbour = traffic.newIdleLinks();
        this.byAge = new AgeList(traffic);
        Arrays.fill(heads, Slab.NONE);
    }

    /** Returns whether one more connection to a backend may wait. */
    boolean hasRoom(final Backend backend) {
        return backend.idleConnections() < maxPerBackend;
    }

    /** Makes room for the lists of backends up to an index; control path. */
    void provideFor(final int backendIndexes) {
        if (backendIndexes > heads.length) {
            final int known = heads.length;
            heads = Arrays.copyOf(heads, Math.max(backendIndexes, known * 2));
            Arrays.fill(heads, known, heads.length, Slab.NONE);
        }
    }

    /** Adds a connection that has become idle. */
    void put(final Backend backend, final int slot) {
        final int head = heads[backend.index()];
        links.wrap(slot);
        links.next(head);
        links.previous(Slab.NONE);
        if (head != Slab.NONE) {
            neighbour.wrap(head).previous(slot);
        }
        heads[backend.index()] = slot;
        byAge.add(slot);
        backend.connectionIdle();
    }

    /** Returns the connection that has been idle longest, which stays in its lists, or {@link Slab#NONE}. */
    int oldest() {
        return byAge.oldest();
    }

    /** Returns the connection used last, which stays in the list, or {@link Slab#NONE}. */
    int first(final Backend backend) {
        return backend.index() < heads.length ? heads[backend.index()] : Slab.NONE;
    }

    /** Takes a connection out: it serves again, or is about to be closed. */
    void remove(final Backend backend, final int slot) {
        links.wrap(slot);
        final int next = links.next();
        final int previous = links.previous();
        if (previous == Slab.NONE) {
            assert heads[backend.index()] == slot : slot;
            heads[backend.index()] = next;
        } else {
            neighbour.wrap(previous).next(next);
        }
        if (next != Slab.NONE) {
            neighbour.wrap(next).previous(previous);
        }
        byAge.remove(slot);
        backend.connectionBusy();
    }
}
