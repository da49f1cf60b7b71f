package io.sozu.bindings.memory;

import io.sozu.bindings.foreign.ForeignCalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Small blocks from the C library's heap, aligned and zeroed. An arena for each would do too, but to close
 * one that any thread may close stops all threads for a moment.
 */
final class HeapBlocks {
    private static final MethodHandle ALLOCATE = ForeignCalls.longs(2);
    private static final MethodHandle RELEASE =
            ForeignCalls.link(FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));
    private static final MemorySegment ALIGNED_ALLOC = ForeignCalls.function("aligned_alloc");
    private static final MemorySegment FREE = ForeignCalls.function("free");

    private HeapBlocks() {
    }

    /**
     * Allocates zeroed bytes.
     *
     * @throws OutOfMemoryError when there are none
     */
    static long allocate(final long sizeBytes, final long alignmentBytes) {
        final long whole = (sizeBytes + alignmentBytes - 1) / alignmentBytes * alignmentBytes;
        final long address;
        try {
            address = (long) ALLOCATE.invokeExact(ALIGNED_ALLOC, alignmentBytes, whole);
        } catch (final Throwable thrown) {
            throw ForeignCalls.broken(thrown);
        }
        if (address == 0) {
            throw new OutOfMemoryError("aligned_alloc of " + whole + " bytes");
        }
        Memory.zero(address, whole);
        return address;
    }

    /** Gives back what {@link #allocate} returned. */
    static void free(final long address) {
        try {
            RELEASE.invokeExact(FREE, address);
        } catch (final Throwable thrown) {
            throw ForeignCalls.broken(thrown);
        }
    }
}
