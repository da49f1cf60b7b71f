package io.sozu.bindings.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class NativeMemoryTest {
    private static final long LARGE = 256L << 20;
    private static final long PAGE_BYTES = 4096;

    /**
     * Returns the kilobytes that a mapping which starts at the address has in memory, or how it is flagged.
     */
    private static String mapping(final long address, final String key) throws IOException {
        boolean found = false;
        for (final String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("^[0-9a-f]+-[0-9a-f]+ .*")) {
                final String[] ends = line.split("[- ]", 3);
                found = Long.parseUnsignedLong(ends[0], 16) <= address
                        && Long.parseUnsignedLong(ends[1], 16) > address;
            } else if (found && line.startsWith(key + ":")) {
                return line.substring(key.length() + 1).strip();
            }
        }
        return "none";
    }

    @Test
    void shouldNotTakeMemoryForALargeBlockBeforeItIsTouched() throws IOException {
        final long address = NativeMemory.allocate(MemoryTag.SLAB, LARGE);
        assertEquals(0, address % PAGE_BYTES);
        assertTrue(residentKilobytes(address) < 1024, () -> address + " is resident");
        for (long at = 0; at < LARGE; at += LARGE / 16) {
            assertEquals(0, Memory.getLong(address + at));
            Memory.putLong(address + at, -1);
        }
        assertTrue(residentKilobytes(address) < 1024, "a touched byte takes a page, not two megabytes");
        NativeMemory.free(MemoryTag.SLAB, address, LARGE);
    }

    private static int residentKilobytes(final long address) throws IOException {
        return Integer.parseInt(mapping(address, "Rss").split(" ")[0]);
    }

    @Test
    void shouldDeclineHugePagesForLargeBlocks() throws IOException {
        final long address = NativeMemory.allocate(MemoryTag.SLAB, LARGE);
        assertTrue(mapping(address, "VmFlags").matches(".*\\b(nh)\\b.*") || !Files.exists(
                Path.of("/sys/kernel/mm/transparent_hugepage")), mapping(address, "VmFlags"));
        NativeMemory.free(MemoryTag.SLAB, address, LARGE);
    }

    @Test
    void shouldAccountEveryBlockUnderItsTagAndHandItOutZeroed() {
        for (final long size : new long[] {1, 63, 64, 65, 4096, NativeMemory.MAPPED_FROM_BYTES - 1,
            NativeMemory.MAPPED_FROM_BYTES, NativeMemory.MAPPED_FROM_BYTES + 1}) {
            final long pages = NativeMemory.bytes(MemoryTag.PAGES);
            final long slab = NativeMemory.bytes(MemoryTag.SLAB);
            final long address = NativeMemory.allocate(MemoryTag.PAGES, size);
            assertEquals(0, address % 64);
            assertEquals(pages + size, NativeMemory.bytes(MemoryTag.PAGES));
            assertEquals(slab, NativeMemory.bytes(MemoryTag.SLAB));
            for (long i = 0; i < size; i++) {
                assertEquals(0, Memory.getByte(address + i));
                Memory.putByte(address + i, (byte) -1);
            }
            NativeMemory.free(MemoryTag.PAGES, address, size);
            assertEquals(pages, NativeMemory.bytes(MemoryTag.PAGES));
        }
    }

    @Test
    void shouldNoticeABlockGivenBackTwiceOrWithAnotherSize() {
        for (final long size : new long[] {64, NativeMemory.MAPPED_FROM_BYTES}) {
            final long address = NativeMemory.allocate(MemoryTag.SCRATCH, size);
            final long other = NativeMemory.MAPPED_FROM_BYTES + 64 - size;
            assertThrows(AssertionError.class, () -> NativeMemory.free(MemoryTag.SCRATCH, address, other));
            NativeMemory.free(MemoryTag.SCRATCH, address, size);
            assertThrows(AssertionError.class, () -> NativeMemory.free(MemoryTag.SCRATCH, address, size));
        }
    }

    @Test
    void shouldSayWhatCouldNotBeAllocated() {
        final OutOfMemoryError none = assertThrows(OutOfMemoryError.class,
                () -> NativeMemory.allocate(MemoryTag.SLAB, 1L << 60));
        assertEquals("mmap of " + (1L << 60) + " bytes", none.getMessage());
        assertTrue(NativeMemory.bytes(MemoryTag.SLAB) < 1L << 60, "it is not accounted");
    }
}
