package io.sozu.bindings.linux;

import io.sozu.bindings.foreign.ForeignCalls;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls C functions by address in two shapes of {@code long}s.
 *
 * <p>Linking a shape costs milliseconds at start-up. So the function is an argument, and a function with
 * fewer arguments is called with more: all of them travel in registers, where it does not look. Narrower
 * arguments travel in full registers; of an {@code int} result only the low half is defined. The {@code
 * quick} shape does not let the thread leave Java: it is for functions that never block. The {@code plain}
 * one may take its time.
 *
 * <p>An instance owns the block that {@code errno} is captured in and belongs to one thread.
 */
final class Downcalls implements AutoCloseable {
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final long ERRNO_OFFSET = STATE.byteOffset(PathElement.groupElement("errno"));

    private final long address = NativeMemory.allocate(MemoryTag.EVENTS, STATE.byteSize());
    private final MemorySegment state = segment(address);

    @SuppressWarnings("restricted")
    private static MemorySegment segment(final long address) {
        return MemorySegment.ofAddress(address).reinterpret(STATE.byteSize());
    }

    /** Finds a function of the C library. */
    static MemorySegment function(final String name) {
        return ForeignCalls.function(name);
    }

    /** Returns what a function of type {@code int} returned, or {@code -errno} when it was -1. */
    int intResult(final long raw) {
        final int result = (int) raw;
        return result == -1 ? -errno() : result;
    }

    /** Returns what a function of type {@code long} returned, or {@code -errno} when it was -1. */
    long longResult(final long raw) {
        return raw == -1 ? -errno() : raw;
    }

    private int errno() {
        return Memory.getInt(address + ERRNO_OFFSET);
    }

    long quick2(final MemorySegment function, final long a, final long b) {
        try {
            return (long) Quick.CALL.invokeExact(function, state, a, b, 0L, 0L, 0L);
        } catch (final Throwable thrown) {
            throw ForeignCalls.broken(thrown);
        }
    }

    long quick3(final MemorySegment function, final long a, final long b, final long c) {
        try {
            return (long) Quick.CALL.invokeExact(function, state, a, b, c, 0L, 0L);
        } catch (final Throwable thrown) {
            throw ForeignCalls.broken(thrown);
        }
    }

    long quick4(final MemorySegment function, final long a, final long b, final long c, final long d) {
        try {
            return (long) Quick.CALL.invokeExact(function, state, a, b, c, d, 0L);
        } catch (final Throwable thrown) {
            throw ForeignCalls.broken(thrown);
        }
    }

    long quick5(final MemorySegment function, final long a, final long b, final long c, final long d,
            final long e) {
        try {
            return (long) Quick.CALL.invokeExact(function, state, a, b, c, d, e);
        } catch (final Throwable thrown) {
            throw ForeignCalls.broken(thrown);
        }
    }

    long plain0(final MemorySegment function) {
        try {
            return (long) Plain.CALL.invokeExact(function, state, 0L, 0L, 0L, 0L, 0L, 0L);
        } catch (final Throwable thrown) {
            throw ForeignCalls.broken(thrown);
        }
    }

    long plain1(final MemorySegment function, final long a) {
        try {
            return (long) Plain.CALL.invokeExact(function, state, a, 0L, 0L, 0L, 0L, 0L);
        } catch (final Throwable thrown) {
            throw ForeignCalls.broken(thrown);
        }
    }

    long plain2(final MemorySegment function, final long a, final long b) {
        try {
            return (long) Plain.CALL.invokeExact(function, state, a, b, 0L, 0L, 0L, 0L);
        } catch (final Throwable thrown) {
            throw ForeignCalls.broken(thrown);
        }
    }

    long plain3(final MemorySegment function, final long a, final long b, final long c) {
        try {
            return (long) Plain.CALL.invokeExact(function, state, a, b, c, 0L, 0L, 0L);
        } catch (final Throwable thrown) {
            throw ForeignCalls.broken(thrown);
        }
    }

    long plain4(final MemorySegment function, final long a, final long b, final long c, final long d) {
        try {
            return (long) Plain.CALL.invokeExact(function, state, a, b, c, d, 0L, 0L);
        } catch (final Throwable thrown) {
            throw ForeignCalls.broken(thrown);
        }
    }

    long plain6(final MemorySegment function, final long a, final long b, final long c, final long d,
            final long e, final long f) {
        try {
            return (long) Plain.CALL.invokeExact(function, state, a, b, c, d, e, f);
        } catch (final Throwable thrown) {
            throw ForeignCalls.broken(thrown);
        }
    }

    @Override
    public void close() {
        NativeMemory.free(MemoryTag.EVENTS, address, STATE.byteSize());
    }

    private static final class Quick {
        private static final MethodHandle CALL = ForeignCalls.longs(5, Linker.Option.critical(false), ERRNO);
    }

    private static final class Plain {
        private static final MethodHandle CALL = ForeignCalls.longs(6, ERRNO);
    }
}
