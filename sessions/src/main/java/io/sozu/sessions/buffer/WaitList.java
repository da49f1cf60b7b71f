package io.sozu.sessions.buffer;

import java.util.Arrays;

/**
 * Slots that wait for something, in order of arrival, each at most once; a slot that has ceased to wait is
 * taken out wherever it stands. Bounded by the number of slots; belongs to the loop's thread.
 */
final class WaitList {
    private static final int NONE = -1;
    private static final int ABSENT = -2;
    private final int[] next;
    private final int[] previous;
    private int head = NONE;
    private int tail = NONE;

    WaitList(final int slots) {
        next = new int[slots];
        previous = new int[slots];
        Arrays.fill(next, ABSENT);
    }

    boolean isEmpty() {
        return head == NONE;
    }

    /** Adds a slot at the end unless it waits already. */
    void add(final int slot) {
        if (next[slot] != ABSENT) {
            return;
        }
        next[slot] = NONE;
        previous[slot] = tail;
        if (tail == NONE) {
            head = slot;
        } else {
            next[tail] = slot;
        }
        tail = slot;
    }

    /** Takes the slot that has waited longest, or returns -1. */
    int poll() {
        final int slot = head;
        if (slot != NONE) {
            remove(slot);
        }
        return slot;
    }

    /** Takes a slot out; without effect when it does not wait. */
    void remove(final int slot) {
        if (next[slot] == ABSENT) {
            return;
        }
        final int before = previous[slot];
        final int after = next[slot];
        if (before == NONE) {
            head = after;
        } else {
            next[before] = after;
        }
        if (after == NONE) {
            tail = before;
        } else {
            previous[after] = before;
        }
        next[slot] = ABSENT;
    }
}
