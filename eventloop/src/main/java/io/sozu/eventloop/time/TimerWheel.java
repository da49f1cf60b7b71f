package io.sozu.eventloop.time;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.util.Arrays;

/**
 * Deadlines of slots, one per slot, in a hashed wheel of {@value #BUCKETS} ticks of 10 ms.
 *
 * <p>An entry never fires before its deadline and at most one tick after it, if {@link #expire} is called in
 * time. An entry beyond one revolution stays in its bucket until its tick has come, and such buckets wake
 * nobody. Due entries leave their bucket for a queue first, so that a handler that re-arms cannot keep a turn
 * busy and a small budget cannot starve an entry. The time given never goes back. Bounded and pre-allocated;
 * belongs to the loop's thread.
 *
 * <pre>
 *   entry: 0 deadline (i64, ns) | 8 tick (i64) | 16 next (i32) | 20 previous (i32)
 *          | 24 list + 1 (i32, 0 = not armed)
 * </pre>
 */
public final class TimerWheel implements AutoCloseable {
    /** The grain of the wheel, and how late an entry may fire. */
    public static final long TICK_NANOS = 10_000_000;
    /** Ticks in one revolution. */
    public static final int BUCKETS = 1024;

    private static final int BUCKET_MASK = BUCKETS - 1;
    private static final int DUE = BUCKETS;
    private static final int NONE = -1;
    private static final int DEADLINE = 0;
    private static final int TICK = 8;
    private static final int NEXT = 16;
    private static final int PREVIOUS = 20;
    private static final int LIST = 24;
    private static final int ENTRY_BYTES = 32;
    private static final long FARTHEST_NANOS = 1L << 62;

    private final int slots;
    private final long originNanos;
    private final int[] heads = new int[BUCKETS + 1];
    private final long[] occupied = new long[BUCKETS / Long.SIZE];
    private final long[] near = new long[BUCKETS / Long.SIZE];
    private long entries;
    private int dueTail = NONE;
    private int armedCount;
    private long currentTick;
    private long seenTick;

    /** Makes an empty wheel for the slots {@code [0, slots)}. */
    public TimerWheel(final int slots, final long nowNanos) {
        this.slots = slots;
        this.originNanos = nowNanos;
        this.entries = NativeMemory.allocate(MemoryTag.TIMERS, (long) slots * ENTRY_BYTES);
        Arrays.fill(heads, NONE);
    }

    /** Sets the deadline of a slot, in place of a former one. */
    public void arm(final int slot, final long deadlineNanos) {
        final long entry = entry(slot);
        final long tick = Math.max(seenTick + 1, tickAtOrAfter(deadlineNanos));
        Memory.putLong(entry + DEADLINE, deadlineNanos);
        final int list = Memory.getInt(entry + LIST) - 1;
        if (list >= 0) {
            if (list != DUE && tick == Memory.getLong(entry + TICK)) {
                return;
            }
            unlink(slot, entry, list);
        } else {
            armedCount++;
        }
        Memory.putLong(entry + TICK, tick);
        linkFirst(slot, entry, (int) tick & BUCKET_MASK);
        markNear((int) tick & BUCKET_MASK, tick);
    }

    /** Forgets the deadline of a slot; without effect when it has none. */
    public void disarm(final int slot) {
        final long entry = entry(slot);
        final int list = Memory.getInt(entry + LIST) - 1;
        if (list >= 0) {
            unlink(slot, entry, list);
            Memory.putInt(entry + LIST, 0);
            armedCount--;
        }
    }

    public boolean isArmed(final int slot) {
        return Memory.getInt(entry(slot) + LIST) != 0;
    }

    /** Returns the deadline a slot was armed with, or {@code Long.MAX_VALUE} when it is not armed. */
    public long armedNanos(final int slot) {
        final long entry = entry(slot);
        return Memory.getInt(entry + LIST) == 0 ? Long.MAX_VALUE : Memory.getLong(entry + DEADLINE);
    }

    /** Returns how many slots are armed. */
    public int size() {
        return armedCount;
    }

    /**
     * Removes each entry that is due and gives it to the handler, which may arm it again; at most {@code
     * budget} of them, the rest stay first in line. What is armed with a past deadline waits for the next
     * tick.
     *
     * @return how many fired
     */
    public int expire(final long nowNanos, final TimerHandler handler, final int budget) {
        seenTick = Math.max(seenTick, Math.floorDiv(nowNanos - originNanos, TICK_NANOS));
        int fired = 0;
        while (fired < budget && (heads[DUE] != NONE || collect())) {
            final int slot = heads[DUE];
            disarm(slot);
            handler.onTimer(slot, nowNanos);
            fired++;
        }
        return fired;
    }

    /**
     * Returns a time not after the one at which the next entry fires, {@code Long.MAX_VALUE} when nothing is
     * armed. While all entries lie beyond one revolution it is the end of that revolution.
     */
    public long nextNanos() {
        if (heads[DUE] != NONE) {
            return originNanos + currentTick * TICK_NANOS;
        }
        if (armedCount == 0) {
            return Long.MAX_VALUE;
        }
        return originNanos + Math.min(nextTick(near), currentTick + BUCKETS) * TICK_NANOS;
    }

    @Override
    public void close() {
        if (entries != 0) {
            NativeMemory.free(MemoryTag.TIMERS, entries, (long) slots * ENTRY_BYTES);
            entries = 0;
        }
    }

    /**
     * Moves the due entries of the next bucket that has some to the queue; false when nothing more is due.
     */
    private boolean collect() {
        final long lastTick = Math.min(seenTick, currentTick + BUCKETS);
        while (heads[DUE] == NONE) {
            final long next = nextTick(occupied);
            if (next > lastTick) {
                currentTick = seenTick;
                return false;
            }
            currentTick = next;
            collectBucket((int) next & BUCKET_MASK);
        }
        return true;
    }

    private void collectBucket(final int bucket) {
        near[bucket >>> 6] &= ~(1L << bucket);
        int slot = heads[bucket];
        while (slot != NONE) {
            final long entry = entry(slot);
            final int next = Memory.getInt(entry + NEXT);
            if (Memory.getLong(entry + TICK) <= seenTick) {
                unlink(slot, entry, bucket);
                linkDue(slot, entry);
            } else {
                markNear(bucket, Memory.getLong(entry + TICK));
            }
            slot = next;
        }
    }

    /** Returns the first tick after the current one whose bucket is in a set, at most a revolution away. */
    private long nextTick(final long[] buckets) {
        final long first = currentTick + 1;
        final int start = (int) first & BUCKET_MASK;
        int word = start >>> 6;
        long bits = buckets[word] & -1L << start;
        for (int i = 0; i <= buckets.length; i++) {
            if (bits != 0) {
                final int bucket = word << 6 | Long.numberOfTrailingZeros(bits);
                return first + (bucket - start & BUCKET_MASK);
            }
            word = word + 1 & buckets.length - 1;
            bits = buckets[word];
        }
        return Long.MAX_VALUE;
    }

    /** A bucket is near when one of its entries fires within the revolution after the time last seen. */
    private void markNear(final int bucket, final long tick) {
        if (tick <= seenTick + BUCKETS) {
            near[bucket >>> 6] |= 1L << bucket;
        }
    }

    private long tickAtOrAfter(final long timeNanos) {
        if (timeNanos <= originNanos) {
            return 0;
        }
        final long sinceNanos = timeNanos - originNanos;
        return sinceNanos < 0 || sinceNanos > FARTHEST_NANOS
                ? FARTHEST_NANOS / TICK_NANOS : (sinceNanos + TICK_NANOS - 1) / TICK_NANOS;
    }

    private long entry(final int slot) {
        assert slot >= 0 && slot < slots : slot;
        return entries + (long) slot * ENTRY_BYTES;
    }

    private void linkFirst(final int slot, final long entry, final int bucket) {
        final int head = heads[bucket];
        Memory.putInt(entry + NEXT, head);
        Memory.putInt(entry + PREVIOUS, NONE);
        Memory.putInt(entry + LIST, bucket + 1);
        if (head != NONE) {
            Memory.putInt(entry(head) + PREVIOUS, slot);
        }
        heads[bucket] = slot;
        occupied[bucket >>> 6] |= 1L << bucket;
    }

    private void linkDue(final int slot, final long entry) {
        Memory.putInt(entry + NEXT, NONE);
        Memory.putInt(entry + PREVIOUS, dueTail);
        Memory.putInt(entry + LIST, DUE + 1);
        if (dueTail == NONE) {
            heads[DUE] = slot;
        } else {
            Memory.putInt(entry(dueTail) + NEXT, slot);
        }
        dueTail = slot;
    }

    private void unlink(final int slot, final long entry, final int list) {
        final int next = Memory.getInt(entry + NEXT);
        final int previous = Memory.getInt(entry + PREVIOUS);
        if (previous == NONE) {
            assert heads[list] == slot : slot;
            heads[list] = next;
        } else {
            Memory.putInt(entry(previous) + NEXT, next);
        }
        if (next != NONE) {
            Memory.putInt(entry(next) + PREVIOUS, previous);
        } else if (list == DUE) {
            dueTail = previous;
        }
        if (list != DUE && heads[list] == NONE) {
            occupied[list >>> 6] &= ~(1L << list);
            near[list >>> 6] &= ~(1L << list);
        }
    }
}
