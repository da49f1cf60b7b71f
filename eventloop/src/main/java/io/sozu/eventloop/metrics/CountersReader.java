package io.sozu.eventloop.metrics;

import io.sozu.bindings.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a block of {@link Counters} from its address alone, in any thread or process that maps it. Control
 * path.
 */
public final class CountersReader {
    private static final Metric.Kind[] KINDS = Metric.Kind.values();
    private final long address;
    private final int capacity;

    /**
     * Looks at a block that stays its owner's.
     *
     * @throws IllegalArgumentException when there is no block of counters at the address
     */
    public CountersReader(final long address) {
        if (Memory.getLong(address) != CountersLayout.MAGIC) {
            throw new IllegalArgumentException("no counters at 0x" + Long.toHexString(address));
        }
        this.address = address;
        this.capacity = Memory.getInt(address + CountersLayout.CAPACITY);
    }

    /** Returns how many metrics are defined now. */
    public int size() {
        return Math.min(capacity, Memory.getInt(address + CountersLayout.DEFINED));
    }

    public Metric metric(final int id) {
        final long descriptor = descriptor(id);
        final int length = Math.min(CountersLayout.NAME_MAX_BYTES,
                Memory.getInt(descriptor + CountersLayout.NAME_LENGTH));
        final byte[] name = Memory.toArray(descriptor + CountersLayout.NAME, length);
        return new Metric(id, new String(name, StandardCharsets.UTF_8),
                KINDS[Memory.getInt(descriptor + CountersLayout.KIND)]);
    }

    public long value(final int id) {
        descriptor(id);
        return Memory.getLong(address + CountersLayout.VALUES + (long) id * CountersLayout.VALUE_BYTES);
    }

    /** Returns the metric of a name, or null. */
    public Metric find(final String name) {
        for (int id = 0; id < size(); id++) {
            final Metric metric = metric(id);
            if (metric.name().equals(name)) {
                return metric;
            }
        }
        return null;
    }

    /** Returns all metrics in order of their ids. */
    public List<Metric> metrics() {
        final List<Metric> metrics = new ArrayList<>();
        for (int id = 0; id < size(); id++) {
            metrics.add(metric(id));
        }
        return metrics;
    }

    private long descriptor(final int id) {
        if (id < 0 || id >= size()) {
            throw new IndexOutOfBoundsException("metric " + id + " of " + size());
        }
        return CountersLayout.descriptor(address, capacity, id);
    }
}
