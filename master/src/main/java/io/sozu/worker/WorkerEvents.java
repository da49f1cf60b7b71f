package io.sozu.worker;

import io.sozu.control.Event;
import io.sozu.control.EventKind;
import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.BackendAddress;
import io.sozu.sessions.cluster.Cluster;

/**
 * What has happened and the master is not told yet: as much as there is room for, the rest is counted. What
 * is added allocates nothing. A second takes a bounded number out.
 */
final class WorkerEvents {
    static final int CAPACITY = 256;
    static final int PER_SECOND = 100;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final EventKind[] kinds = new EventKind[CAPACITY];
    private final String[] clusters = new String[CAPACITY];
    private final String[] backends = new String[CAPACITY];
    private final BackendAddress[] addresses = new BackendAddress[CAPACITY];
    private final long[] seconds = new long[CAPACITY];
    private int first;
    private int size;
    private long lost;
    private long secondNanos;
    private int told;

    WorkerEvents() {
    }

    /** Adds what happened to a backend, for some seconds or, with 0, for nobody knows how long. */
    void add(final EventKind kind, final Backend backend, final long forSeconds) {
        final int place = place(kind, backend.cluster());
        if (place >= 0) {
            backends[place] = backend.id();
            addresses[place] = backend.address();
            seconds[place] = forSeconds;
        }
    }

    /** Adds what happened to a cluster. */
    void add(final EventKind kind, final Cluster cluster) {
        final int place = place(kind, cluster);
        if (place >= 0) {
            backends[place] = null;
            addresses[place] = null;
            seconds[place] = 0;
        }
    }

    private int place(final EventKind kind, final Cluster cluster) {
        if (size == CAPACITY) {
            lost++;
            return -1;
        }
        final int place = (first + size++) % CAPACITY;
        kinds[place] = kind;
        clusters[place] = cluster.id();
        return place;
    }

    boolean isEmpty() {
        return size == 0 && lost == 0;
    }

    /** Forgets everything: it was no traffic. */
    void clear() {
        size = 0;
        lost = 0;
    }

    /** Takes the oldest; null when there is none, or when this second has had its share. */
    Event next(final long nowNanos) {
        if (nowNanos - secondNanos >= SECOND_NANOS) {
            secondNanos = nowNanos;
            told = 0;
        }
        if (isEmpty() || told == PER_SECOND) {
            return null;
        }
        told++;
        if (size == 0) {
            final Event event = Event.of(EventKind.EVENTS_LOST, lost + " more");
            lost = 0;
            return event;
        }
        final int place = first;
        first = (first + 1) % CAPACITY;
        size--;
        return new Event(kinds[place], null, clusters[place], backends[place],
                addresses[place] == null ? null : addresses[place].toString(),
                seconds[place] == 0 ? null : "for " + seconds[place] + " s");
    }
}
