package io.sozu.sessions;

/**
 * The exchanges that wait for the same thing, in order of arrival: a list through the exchanges' slots, so
 * that it costs nothing while nobody waits. Belongs to the worker's thread.
 */
public final class WaitingLine {
    private int first = Slab.NONE;
    private int last = Slab.NONE;
    private int size;

    /** Makes an empty line. */
    public WaitingLine() {
    }

    /** Returns the slot of the exchange that has waited longest, or {@link Slab#NONE}. */
    public int first() {
        return first;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * Puts an exchange behind all others.
     *
     * @param neighbour a flyweight to use
     */
    public void add(final Exchange exchange, final Exchange neighbour, final long nowNanos) {
        assert !exchange.isWaiting() : exchange.describe();
        exchange.startWaiting(last, nowNanos);
        if (last == Slab.NONE) {
            first = exchange.slot();
        } else {
            neighbour.wrap(last).nextWaiting(exchange.slot());
        }
        last = exchange.slot();
        size++;
    }

    /**
     * Takes an exchange out, wherever it stands.
     *
     * @param neighbour a flyweight to use
     */
    public void remove(final Exchange exchange, final Exchange neighbour) {
        assert exchange.isWaiting() : exchange.describe();
        final int next = exchange.nextWaiting();
        final int previous = exchange.previousWaiting();
        if (previous == Slab.NONE) {
            first = next;
        } else {
            neighbour.wrap(previous).nextWaiting(next);
        }
        if (next == Slab.NONE) {
            last = previous;
        } else {
            neighbour.wrap(next).previousWaiting(previous);
        }
        exchange.stopWaiting();
        size--;
    }
}
