package io.sozu.eventloop.metrics;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.nio.charset.StandardCharsets;

/**
 * The counters of a process: defined at boot, then written by one thread with plain stores.
 *
 * <p>The block describes itself ({@link CountersLayout}), so a {@link CountersReader} in another thread or
 * process needs its address only. An aligned 64-bit store is never seen half-written; readers may see it
 * late.
 */
public final class Counters implements AutoCloseable {
    private final int capacity;
    private final boolean owned;
    private final long address;
    private final long values;
    private boolean closed;
    private int defined;

    /** Allocates a block for at most {@code capacity} metrics. */
    public Counters(final int capacity) {
        this(capacity, NativeMemory.allocate(MemoryTag.METRICS, CountersLayout.sizeBytes(capacity)), true);
    }

    /** Uses zeroed memory of {@link #sizeBytes} that stays the caller's: a mapped file as a rule. */
    public Counters(final int capacity, final long address) {
        this(capacity, address, false);
    }

    private Counters(final int capacity, final long address, final boolean owned) {
        this.capacity = capacity;
        this.owned = owned;
        this.address = address;
        this.values = address + CountersLayout.VALUES;
        Memory.putInt(address + CountersLayout.CAPACITY, capacity);
        Memory.putLong(address, CountersLayout.MAGIC);
    }

    /** Returns the size of a block for {@code capacity} metrics. */
    public static long sizeBytes(final int capacity) {
        return CountersLayout.sizeBytes(capacity);
    }

    /**
     * Gives out the next id, or the former one when the same metric is defined again. Control path.
     *
     * @throws IllegalStateException when the block is full or the name has another kind
     * @throws IllegalArgumentException when the name is empty or longer than 64 bytes
     */
    public Metric define(final String name, final Metric.Kind kind) {
        final byte[] text = name.getBytes(StandardCharsets.UTF_8);
        if (text.length == 0 || text.length > CountersLayout.NAME_MAX_BYTES) {
            throw new IllegalArgumentException("metric name of " + text.length + " bytes: " + name);
        }
        final Metric former = new CountersReader(address).find(name);
        if (former != null) {
            if (former.kind() != kind) {
                throw new IllegalStateException("metric " + name + " is a " + former.kind());
            }
            return former;
        }
        if (defined == capacity) {
            throw new IllegalStateException("no room for metric " + name + " beyond " + capacity);
        }
        final long descriptor = CountersLayout.descriptor(address, capacity, defined);
        Memory.putInt(descriptor + CountersLayout.KIND, kind.ordinal());
        Memory.putInt(descriptor + CountersLayout.NAME_LENGTH, text.length);
        Memory.copy(text, 0, descriptor + CountersLayout.NAME, text.length);
        Memory.putInt(address + CountersLayout.DEFINED, defined + 1);
        return new Metric(defined++, name, kind);
    }

    /** Defines a metric that only grows and returns its id. */
    public int count(final String name) {
        return define(name, Metric.Kind.COUNT).id();
    }

    /** Defines a metric that goes up and down and returns its id. */
    public int gauge(final String name) {
        return define(name, Metric.Kind.GAUGE).id();
    }

    public void increment(final int id) {
        add(id, 1);
    }

    public void add(final int id, final long delta) {
        final long value = value(id);
        Memory.putLong(value, Memory.getLong(value) + delta);
    }

    public void set(final int id, final long newValue) {
        Memory.putLong(value(id), newValue);
    }

    public long get(final int id) {
        return Memory.getLong(value(id));
    }

    /** Returns where a {@link CountersReader} finds this block. */
    public long address() {
        return address;
    }

    @Override
    public void close() {
        if (owned && !closed) {
            NativeMemory.free(MemoryTag.METRICS, address, CountersLayout.sizeBytes(capacity));
        }
        closed = true;
    }

    private long value(final int id) {
        assert id >= 0 && id < defined && !closed : id;
        return values + (long) id * CountersLayout.VALUE_BYTES;
    }
}
