package io.sozu.bindings.sim;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The check is driven by hand: a test that leaks on purpose. */
final class LeakCheckTest {
    private final LeakCheck check = new LeakCheck(TimeUnit.MILLISECONDS.toNanos(50));

    private String verdict(final Runnable test) {
        check.preConstructTestInstance(null, null);
        check.beforeEach(null);
        test.run();
        return assertThrows(AssertionError.class, () -> check.afterEach(null)).getMessage();
    }

    @Test
    void shouldFindNothingWhenAllIsGivenBack() {
        check.beforeEach(null);
        NativeMemory.free(MemoryTag.SLAB, NativeMemory.allocate(MemoryTag.SLAB, 64), 64);
        try (LinuxKernel kernel = new LinuxKernel()) {
            assertEquals(0, kernel.close(kernel.eventFd()));
        }
        assertDoesNotThrow(() -> check.afterEach(null));
    }

    @Test
    void shouldNameTheTagOfMemoryNotGivenBack() {
        final long[] leaked = new long[1];
        final long live = NativeMemory.bytes(MemoryTag.PAGES);
        assertEquals("leaked: bytes of PAGES: " + live + " before, " + (live + 64) + " after",
                verdict(() -> leaked[0] = NativeMemory.allocate(MemoryTag.PAGES, 64)));
        NativeMemory.free(MemoryTag.PAGES, leaked[0], 64);
    }

    @Test
    void shouldNameADescriptorLeftOpen() {
        try (LinuxKernel kernel = new LinuxKernel()) {
            final int[] leaked = new int[1];
            final String verdict = verdict(() -> leaked[0] = kernel.eventFd());
            final String expected = "leaked: descriptor " + leaked[0] + " left open: .*eventfd.*";
            assertTrue(verdict.matches(expected), verdict);
            kernel.close(leaked[0]);
        }
    }

    @Test
    void shouldNameADescriptorThatWasNotTheTestsToClose() {
        try (LinuxKernel kernel = new LinuxKernel()) {
            final int fd = kernel.eventFd();
            final String verdict = verdict(() -> kernel.close(fd));
            assertTrue(verdict.matches("leaked: descriptor " + fd + " closed: .*eventfd.*"), verdict);
        }
    }

    @Test
    void shouldNameAGaugeThatMoved() {
        final AtomicLong slots = new AtomicLong(3);
        assertEquals("leaked: slots: 3 before, 4 after", verdict(() -> {
            LeakCheck.watch("slots", slots::get);
            slots.incrementAndGet();
        }));
        check.beforeEach(null);
        assertDoesNotThrow(() -> check.afterEach(null), "a gauge is watched for one test");
    }

    @Test
    void shouldWaitForWhatAnotherThreadGivesBack() {
        check.beforeEach(null);
        final AtomicLong looks = new AtomicLong();
        LeakCheck.watch("late", () -> looks.incrementAndGet() % 4 == 1 ? 0 : 1);
        assertDoesNotThrow(() -> check.afterEach(null));
        assertEquals(5, looks.get());
    }
}
