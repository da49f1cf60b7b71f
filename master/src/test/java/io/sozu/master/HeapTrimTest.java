package io.sozu.master;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** When a master collects what it does not need any more. */
final class HeapTrimTest {
    private static final long MIB = 1 << 20;
    private long usedBytes = 10 * MIB;
    private long neededBytes = 10 * MIB;
    private int collections;
    private final HeapTrim trim = new HeapTrim(() -> usedBytes, () -> {
        collections++;
        usedBytes = neededBytes;
    });

    private int collectionsAt(final long used) {
        usedBytes = used;
        trim.look();
        return collections;
    }

    @Test
    void shouldCollectWhenMuchHasComeAndOnlyThen() {
        assertEquals(0, collectionsAt(30 * MIB));
        assertEquals(1, collectionsAt(35 * MIB));
        assertEquals(1, collectionsAt(30 * MIB), "counted from what was left");
        assertEquals(2, collectionsAt(40 * MIB));
    }

    @Test
    void shouldCollectALargeHeapTheLessOften() {
        neededBytes = 400 * MIB;
        assertEquals(1, collectionsAt(400 * MIB));
        assertEquals(1, collectionsAt(590 * MIB));
        assertEquals(2, collectionsAt(610 * MIB));
    }
}
