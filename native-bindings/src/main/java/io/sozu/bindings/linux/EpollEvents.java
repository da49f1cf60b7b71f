package io.sozu.bindings.linux;

import io.sozu.bindings.memory.Memory;

/**
 * An array of {@code struct epoll_event}: event bits (u32), then user data (u64).
 *
 * <p>The struct is packed on x86-64 (12 bytes, data at 4) and not on aarch64 (16 bytes, data at 8).
 */
public final class EpollEvents {
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
    public static final int SIZE_BYTES = PACKED ? 12 : 16;
    public static final int DATA_OFFSET = PACKED ? 4 : 8;

    private EpollEvents() {
    }

    /** Returns the event bits of entry {@code index}. */
    public static int events(final long arrayAddress, final int index) {
        return Memory.getInt(arrayAddress + (long) index * SIZE_BYTES);
    }

    /** Returns the user data of entry {@code index}. */
    public static long data(final long arrayAddress, final int index) {
        return Memory.getLong(arrayAddress + (long) index * SIZE_BYTES + DATA_OFFSET);
    }

    /** Fills entry {@code index}. */
    public static void set(final long arrayAddress, final int index, final int events, final long data) {
        final long entry = arrayAddress + (long) index * SIZE_BYTES;
        Memory.putInt(entry, events);
        Memory.putLong(entry + DATA_OFFSET, data);
    }
}
