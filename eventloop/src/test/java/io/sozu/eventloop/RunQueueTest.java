package io.sozu.eventloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunQueueTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 63, 64, 65})
    void shouldHoldEverySlotOnceInOrderOfArrivalButForThoseThatArePutFirst(final int slots) {
        final Random random = new Random(slots);
        final RunQueue queue = new RunQueue(slots);
        final LinkedHashSet<Integer> reference = new LinkedHashSet<>();
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(3) > 0) {
                final int slot = random.nextInt(slots);
                if (random.nextInt(4) > 0) {
                    queue.add(slot);
                    reference.add(slot);
                } else {
                    queue.addFirst(slot);
                    if (!reference.contains(slot)) {
                        reference.addFirst(slot);
                    }
                }
                assertTrue(queue.contains(slot));
            } else if (reference.isEmpty()) {
                assertEquals(-1, queue.poll());
            } else {
                final int first = reference.removeFirst();
                assertEquals(first, queue.poll(), "slots " + slots + ", step " + step);
                assertFalse(queue.contains(first));
            }
            assertEquals(reference.size(), queue.size());
        }
    }

    @Test
    void shouldPutASlotThatComesBackBehindTheOthers() {
        final RunQueue queue = new RunQueue(3);
        queue.add(2);
        queue.add(0);
        assertEquals(2, queue.poll());
        queue.add(2);
        assertEquals(0, queue.poll());
        assertEquals(2, queue.poll());
        assertEquals(-1, queue.poll());
    }
}
