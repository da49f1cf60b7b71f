package io.sozu.sessions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.sim.LeakCheck;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class SlabTest {
    private static final int SLOTS = 50;
    private static final int SLOT_BYTES = 32;

    @Test
    void shouldGiveEachSlotOnceAndThenNone() {
        try (Slab slab = new Slab(SLOTS, SLOT_BYTES)) {
            final Set<Integer> taken = new HashSet<>();
            for (int i = 0; i < SLOTS; i++) {
                assertTrue(taken.add(slab.acquire()));
            }
            assertEquals(Slab.NONE, slab.acquire());
            assertEquals(SLOTS, slab.live());
            slab.release(7);
            assertFalse(slab.isLive(7));
            assertEquals(7, slab.acquire());
        }
    }

    @Test
    void shouldZeroASlotAndMoveItsGenerationEachTimeItIsTaken() {
        try (Slab slab = new Slab(1, SLOT_BYTES)) {
            int before = -1;
            for (int i = 0; i < 5; i++) {
                final int slot = slab.acquire();
                assertNotEquals(before, slab.generation(slot));
                before = slab.generation(slot);
                for (int at = Slab.HEADER_BYTES; at < SLOT_BYTES; at++) {
                    assertEquals(0, Memory.getByte(slab.address(slot) + at));
                    Memory.putByte(slab.address(slot) + at, (byte) -1);
                }
                slab.release(slot);
                assertEquals(before, slab.generation(slot),
                        "the tenant who left is still told by its generation");
            }
        }
    }

    @Test
    void shouldStayConsistentUnderRandomUse() {
        for (long seed = 1; seed <= 50; seed++) {
            final Random random = new Random(seed);
            final Map<Integer, Integer> model = new HashMap<>();
            try (Slab slab = new Slab(SLOTS, SLOT_BYTES)) {
                for (int step = 0; step < 2_000; step++) {
                    if (random.nextInt(100) < 52) {
                        final int slot = slab.acquire();
                        assertEquals(model.size() == SLOTS, slot == Slab.NONE);
                        if (slot != Slab.NONE) {
                            assertEquals(null, model.put(slot, step), "taken twice, seed " + seed);
                            Memory.putInt(slab.address(slot) + Slab.HEADER_BYTES, step);
                        }
                    } else if (!model.isEmpty()) {
                        final int slot =
                                model.keySet().stream().skip(random.nextInt(model.size())).findFirst()
                                .orElseThrow();
                        assertEquals(model.remove(slot),
                                Memory.getInt(slab.address(slot) + Slab.HEADER_BYTES));
                        slab.release(slot);
                    }
                    assertTrue(slab.isConsistent() && slab.live() == model.size(), "seed " + seed + " step "
                            + step);
                }
            }
        }
    }
}
