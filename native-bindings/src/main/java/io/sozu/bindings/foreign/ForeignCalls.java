package io.sozu.bindings.foreign;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Finds C functions and links the shapes they are called in. The function stays an argument of its shape:
 * binding it costs another class at start-up. Thread-safe.
 */
public final class ForeignCalls {
    private ForeignCalls() {
    }

    /** Finds a function of the C library. */
    public static MemorySegment function(final String name) {
        return Linker.nativeLinker().defaultLookup().find(name)
                .orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
    }

    /** Links the shape whose arguments and result are {@code long}s. */
    public static MethodHandle longs(final int arguments, final Linker.Option... options) {
        final MemoryLayout[] longs = new MemoryLayout[arguments];
        Arrays.fill(longs, ValueLayout.JAVA_LONG);
        return link(FunctionDescriptor.of(ValueLayout.JAVA_LONG, longs), options);
    }

    /** Links a shape. */
    @SuppressWarnings("restricted")
    public static MethodHandle link(final FunctionDescriptor shape, final Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(shape, options);
    }

    /** Returns what to throw when a call threw. None of ours does: only the JVM's own troubles come so. */
    public static Error broken(final Throwable thrown) {
        return thrown instanceof final Error error ? error : new AssertionError(thrown);
    }
}
