package io.sozu.eventloop.metrics;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;

/**
 * How often values of each size were recorded: 16 linear buckets per power of two, so a reading is at most
 * 1/16 too high. Covers all non-negative longs; one writer, plain stores; readers may look from anywhere.
 *
 * <pre>
 *   0 count (i64) | 8 sum (i64) | 16 greatest (i64) | to 64 unused | 64 buckets, 976 × i64
 * </pre>
 */
public final class Histogram implements AutoCloseable {
    private static final int LINEAR_BITS = 4;
    private static final int LINEAR = 1 << LINEAR_BITS;
    private static final int BUCKETS = (Long.SIZE - LINEAR_BITS) * LINEAR + LINEAR;
    private static final int COUNT = 0;
    private static final int SUM = 8;
    private static final int GREATEST = 16;
    private static final int FIRST_BUCKET = 64;
    /** The size of a histogram's memory. */
    public static final int SIZE_BYTES = FIRST_BUCKET + BUCKETS * Long.BYTES;

    private final long address;
    private final boolean owned;
    private boolean closed;

    /** Allocates an empty histogram. */
    public Histogram() {
        this.address = NativeMemory.allocate(MemoryTag.METRICS, SIZE_BYTES);
        this.owned = true;
    }

    /**
     * Uses memory of {@link #SIZE_BYTES} that stays the caller's: zeroed, or written by another histogram.
     */
    public Histogram(final long address) {
        this.address = address;
        this.owned = false;
    }

    /** Counts a value; a negative one counts as 0. */
    public void record(final long value) {
        assert !closed;
        final long size = Math.max(0, value);
        increase(address + FIRST_BUCKET + (long) bucket(size) * Long.BYTES, 1);
        increase(address + COUNT, 1);
        increase(address + SUM, size);
        if (size > Memory.getLong(address + GREATEST)) {
            Memory.putLong(address + GREATEST, size);
        }
    }

    public long count() {
        return Memory.getLong(address + COUNT);
    }

    public long sum() {
        return Memory.getLong(address + SUM);
    }

    public long greatest() {
        return Memory.getLong(address + GREATEST);
    }

    /**
     * Returns a value that at least {@code percent} of the recorded ones do not exceed, 0 when nothing was
     * recorded.
     *
     * @param percent from 0 to 100
     */
    public long percentile(final double percent) {
        final long rank = Math.max(1, (long) Math.ceil(count() * percent / 100));
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            seen += Memory.getLong(address + FIRST_BUCKET + (long) bucket * Long.BYTES);
            if (seen >= rank) {
                return Math.min(greatest(), lastOf(bucket));
            }
        }
        return greatest();
    }

    /** Forgets everything. */
    public void clear() {
        Memory.zero(address, SIZE_BYTES);
    }

    @Override
    public void close() {
        if (owned && !closed) {
            NativeMemory.free(MemoryTag.METRICS, address, SIZE_BYTES);
        }
        closed = true;
    }

    static int bucket(final long value) {
        if (value < LINEAR) {
            return (int) value;
        }
        final int shift = Long.SIZE - 1 - LINEAR_BITS - Long.numberOfLeadingZeros(value);
        return (shift << LINEAR_BITS) + (int) (value >>> shift);
    }

    static long lastOf(final int bucket) {
        if (bucket < LINEAR) {
            return bucket;
        }
        final int shift = (bucket >>> LINEAR_BITS) - 1;
        final long first = (long) (LINEAR + (bucket & LINEAR - 1)) << shift;
        return first + (1L << shift) - 1;
    }

    private static void increase(final long at, final long by) {
        Memory.putLong(at, Memory.getLong(at) + by);
    }
}
