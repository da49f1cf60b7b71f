package io.sozu.master;

import java.util.function.LongSupplier;

/**
 * Collects what a master does not need any more. The serial collector lets the old generation grow up to its
 * limit before it looks into it, so that a master with little to remember, but many orders to obey, would
 * hold hundreds of megabytes of what they left behind. Control path.
 */
final class HeapTrim {
    /** How often it is looked at. */
    static final long PERIOD_NANOS = 10_000_000_000L;
    private static final long STEP_BYTES = 24L << 20;

    private final LongSupplier usedBytes;
    private final Runnable collection;
    private long leastBytes;

    /**
     * Begins with what is used now.
     *
     * @param usedBytes how much of the heap is used
     * @param collection collects all of it
     */
    HeapTrim(final LongSupplier usedBytes, final Runnable collection) {
        this.usedBytes = usedBytes;
        this.collection = collection;
        this.leastBytes = usedBytes.getAsLong();
    }

    /** Watches the heap of this process. */
    static HeapTrim ofThisProcess() {
        final Runtime runtime = Runtime.getRuntime();
        return new HeapTrim(() -> runtime.totalMemory() - runtime.freeMemory(), System::gc);
    }

    /** Collects when much has come since the last time: a collection takes the longer the more there is. */
    void look() {
        final long used = usedBytes.getAsLong();
        if (used - leastBytes > Math.max(STEP_BYTES, leastBytes / 2)) {
            collection.run();
            leastBytes = usedBytes.getAsLong();
        }
    }
}
