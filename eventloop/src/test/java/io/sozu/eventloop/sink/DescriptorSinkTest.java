package io.sozu.eventloop.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A standard output that does not block and is not read. */
@ExtendWith(LeakCheck.class)
final class DescriptorSinkTest {
    private static final int SIZE_BYTES = 64 * 1024;
    private final SimKernel kernel = new SimKernel(1);
    private final int[] pair = kernel.socketPair();
    private final DescriptorSink sink = new DescriptorSink(kernel, pair[0]);
    private final long memory = NativeMemory.allocate(MemoryTag.SCRATCH, SIZE_BYTES);

    @AfterEach
    void free() {
        sink.close();
        NativeMemory.free(MemoryTag.SCRATCH, memory, SIZE_BYTES);
        assertEquals(0, NativeMemory.bytes(MemoryTag.LOG));
    }

    private int write(final String text) {
        final byte[] bytes = text.getBytes(UTF_8);
        Memory.copy(bytes, 0, memory, bytes.length);
        return sink.write(memory, bytes.length);
    }

    private String read() {
        final StringBuilder text = new StringBuilder();
        while (true) {
            kernel.world().sleep(10_000_000);
            final long length = kernel.read(pair[1], memory, SIZE_BYTES);
            if (length <= 0) {
                return text.toString();
            }
            text.append(new String(Memory.toArray(memory, (int) length), UTF_8));
        }
    }

    @Test
    void shouldWriteLinesAsTheyAre() {
        assertEquals(0, write("one\ntwo\n"));
        assertEquals("one\ntwo\n", read());
    }

    @Test
    void shouldCountWhatAFullPipeDoesNotTakeAndEndTheLineItCut() {
        final String line = "x".repeat(6998) + "$\n";
        int written = 0;
        int lost = 0;
        while (lost == 0) {
            lost = write(line.repeat(9));
            written += 9 - lost;
        }
        assertEquals(2, write("a\nb\n"), "nothing fits");
        final String text = read();
        assertEquals(written, text.lines().filter(each -> each.endsWith("$")).count());
        assertEquals(0, write("after\n"));
        final String later = read();
        final boolean cut = !text.endsWith("\n");
        assertTrue(cut, "the pipe's size is a multiple of the line's: choose another");
        assertEquals("\nafter\n", later);
        assertEquals(0, write("and on\n"));
        assertEquals("and on\n", read());
    }

    @Test
    void shouldLoseLinesWhenNobodyIsThere() {
        kernel.close(pair[1]);
        assertEquals(2, write("a\nb\n"));
        kernel.close(pair[0]);
        assertEquals(1, write("c\n"));
    }
}
