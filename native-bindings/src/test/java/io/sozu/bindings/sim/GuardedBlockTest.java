package io.sozu.bindings.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sozu.bindings.memory.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class GuardedBlockTest {
    private static final int OFTEN = 200_000;

    @Test
    void shouldHoldBytesUpToItsEndAndFailBehindIt() {
        final byte[] bytes = {1, 2, 3};
        try (GuardedBlock block = new GuardedBlock(100)) {
            final long placed = block.place(bytes);
            assertEquals(block.end() - 3, placed);
            assertEquals(block.end() - 100, block.address());
            assertArrayEquals(bytes, Memory.toArray(placed, 3));
            assertThrows(InternalError.class, () -> Memory.getByte(block.end()));
            assertThrows(InternalError.class, () -> Memory.getLong(block.end() - 7));
            assertThrows(InternalError.class, () -> Memory.putByte(block.end(), (byte) 1));
            assertThrows(IllegalArgumentException.class, () -> block.place(new byte[101]));
        }
        assertEquals(0, GuardedBlock.live());
    }

    private static int sum(final long from, final long to) {
        int sum = 0;
        for (long at = from; at < to; at++) {
            sum += Memory.getByte(at);
        }
        return sum;
    }

    @Test
    void shouldFailInCompiledCodeToo() {
        try (GuardedBlock block = new GuardedBlock(16)) {
            for (int i = 0; i < OFTEN; i++) {
                assertEquals(0, sum(block.address(), block.end()));
            }
            assertThrows(InternalError.class, () -> sum(block.address(), block.end() + 1));
        }
    }
}
