package io.sozu.eventloop.metrics;

/**
 * A block of counters in memory, the same whether it is private or a mapped file.
 *
 * <pre>
 *   0 magic (i64) | 8 capacity (i32) | 12 defined (i32) | to 64 unused
 *   64                          values, capacity × i64
 *   64 + 8 × capacity           descriptors, capacity ×
 *                               { 0 kind (i32) | 4 name length (i32) | 8 name, UTF-8 }
 * </pre>
 */
final class CountersLayout {
    static final long MAGIC = 0x31_43_55_5A_4F_53L;
    static final int CAPACITY = 8;
    static final int DEFINED = 12;
    static final int VALUES = 64;
    static final int VALUE_BYTES = 8;
    static final int DESCRIPTOR_BYTES = 72;
    static final int KIND = 0;
    static final int NAME_LENGTH = 4;
    static final int NAME = 8;
    static final int NAME_MAX_BYTES = DESCRIPTOR_BYTES - NAME;

    private CountersLayout() {
    }

    static long sizeBytes(final int capacity) {
        return VALUES + (long) capacity * (VALUE_BYTES + DESCRIPTOR_BYTES);
    }

    static long descriptor(final long address, final int capacity, final int id) {
        return address + VALUES + (long) capacity * VALUE_BYTES + (long) id * DESCRIPTOR_BYTES;
    }
}
