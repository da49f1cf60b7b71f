package io.sozu.eventloop;

/**
 * The slots that can make progress, in order of arrival, each at most once.
 *
 * <p>A slot is queued by an event, by its peer's progress, or because it spent its budget: then it stands
 * behind all the others. One that is to write much of what was read just now stands before them:
 * the bytes are still in the cache. Bounded by the number of slots; belongs to the loop's thread.
 */
public final class RunQueue {
    private final int[] ring;
    private final boolean[] queued;
    private final int mask;
    private int head;
    private int tail;

    public RunQueue(final int slots) {
        final int size = Integer.highestOneBit(Math.max(1, slots - 1)) << 1;
        this.ring = new int[size];
        this.queued = new boolean[slots];
        this.mask = size - 1;
    }

    /** Queues a slot unless it stands in the queue already. */
    public void add(final int slot) {
        if (!queued[slot]) {
            queued[slot] = true;
            ring[tail++ & mask] = slot;
        }
    }

    /**
     * Queues a slot before all others, unless it stands in the queue already: it has work on what the caller
     * has just touched.
     */
    public void addFirst(final int slot) {
        if (!queued[slot]) {
            queued[slot] = true;
            ring[--head & mask] = slot;
        }
    }

    /** Takes the first slot, or returns -1 when none is runnable. */
    public int poll() {
        if (head == tail) {
            return -1;
        }
        final int slot = ring[head++ & mask];
        queued[slot] = false;
        return slot;
    }

    public boolean contains(final int slot) {
        return queued[slot];
    }

    public int size() {
        return tail - head;
    }
}
