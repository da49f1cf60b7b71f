package io.sozu.worker;

import io.sozu.sessions.Connection;
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
    private final Connection connection;
    private final Connection neighbour;
    private final AgeList byAge;
    private int[] heads = new int[16];

    /** Makes empty lists of at most {@code maxPerBackend} connections each. */
    IdleBackends(final Traffic traffic, final int maxPerBackend) {
        this.maxPerBackend = maxPerBackend;
        this.connection = traffic.newConnection();
        this.neighbour = traffic.newConnection();
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
        connection.wrap(slot);
        connection.poolNext(head);
        connection.poolPrevious(Slab.NONE);
        if (head != Slab.NONE) {
            neighbour.wrap(head).poolPrevious(slot);
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
        connection.wrap(slot);
        final int next = connection.poolNext();
        final int previous = connection.poolPrevious();
        if (previous == Slab.NONE) {
            assert heads[backend.index()] == slot : slot;
            heads[backend.index()] = next;
        } else {
            neighbour.wrap(previous).poolNext(next);
        }
        if (next != Slab.NONE) {
            neighbour.wrap(next).poolPrevious(previous);
        }
        byAge.remove(slot);
        backend.connectionBusy();
    }
}
