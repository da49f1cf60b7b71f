package io.sozu.sessions.cluster;

import java.util.Arrays;

/**
 * Gives objects dense numbers that off-heap slots can hold. A number is given out again with the next
 * generation, so who kept a stale pair finds nothing.
 */
final class IndexTable<T> {
    private Object[] items = new Object[16];
    private int[] generations = new int[16];
    private int[] free = new int[16];
    private int freeCount;
    private int used;

    /** Reserves a number; {@link #set} gives it its object. */
    int acquire() {
        if (freeCount > 0) {
            return free[--freeCount];
        }
        if (used == items.length) {
            items = Arrays.copyOf(items, used * 2);
            generations = Arrays.copyOf(generations, used * 2);
            free = Arrays.copyOf(free, used * 2);
        }
        return used++;
    }

    void set(final int index, final T item) {
        items[index] = item;
    }

    void release(final int index) {
        assert items[index] != null : index;
        items[index] = null;
        generations[index]++;
        free[freeCount++] = index;
    }

    int generation(final int index) {
        return generations[index];
    }

    /** Returns the object of a number, or null when the number is free or has another generation. */
    T get(final int index, final int generation) {
        return index >= 0 && index < used && generations[index] == generation ? item(index) : null;
    }

    /** Returns the object that has the number now, or null. */
    T get(final int index) {
        return index >= 0 && index < used ? item(index) : null;
    }

    /** Returns how many numbers are given out. */
    int size() {
        return used - freeCount;
    }

    /** Returns the least number that was never given out. */
    int used() {
        return used;
    }

    @SuppressWarnings("unchecked")
    private T item(final int index) {
        return (T) items[index];
    }
}
