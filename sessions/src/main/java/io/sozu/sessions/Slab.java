package io.sozu.sessions;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.eventloop.Token;

/**
 * A fixed number of slots of equal size off-heap. A slot is zeroed when it is taken, and its generation moves
 * each time, so that what was meant for the former owner is recognised. The free list lives in the slots.
 * Belongs to the loop's thread.
 *
 * <pre>
 *   slot: 0 generation (i32) | 4 next free + 1, or LIVE (i32) | 8 … the owner's
 * </pre>
 */
public final class Slab implements AutoCloseable {
    /** Where the owner's part of a slot begins. */
    public static final int HEADER_BYTES = 8;
    /** Returned when no slot is free, and kept where a slot is meant but there is none. */
    public static final int NONE = -1;
    private static final int GENERATION = 0;
    private static final int NEXT = 4;
    private static final int LIVE = -1;

    private final int slots;
    private final int slotBytes;
    private final long address;
    private int firstFree;
    private int untouched;
    private int live;
    private boolean closed;

    /** Allocates the slots, of a multiple of 8 bytes; what was never taken stays unresident. */
    public Slab(final int slots, final int slotBytes) {
        this.slots = slots;
        this.slotBytes = slotBytes;
        this.address = NativeMemory.allocate(MemoryTag.SLAB, (long) slots * slotBytes);
        this.firstFree = NONE;
    }

    /** Takes a zeroed slot, or returns {@link #NONE}. */
    public int acquire() {
        final int slot;
        if (firstFree != NONE) {
            slot = firstFree;
            firstFree = Memory.getInt(address(slot) + NEXT) - 1;
        } else if (untouched < slots) {
            slot = untouched++;
        } else {
            return NONE;
        }
        final long base = address(slot);
        Memory.putInt(base + GENERATION, Memory.getInt(base + GENERATION) + 1 & Token.GENERATION_MASK);
        Memory.putInt(base + NEXT, LIVE);
        for (int offset = HEADER_BYTES; offset < slotBytes; offset += Long.BYTES) {
            Memory.putLong(base + offset, 0);
        }
        live++;
        return slot;
    }

    /** Gives a slot back. */
    public void release(final int slot) {
        assert isLive(slot) : slot;
        Memory.putInt(address(slot) + NEXT, firstFree + 1);
        firstFree = slot;
        live--;
    }

    public boolean isLive(final int slot) {
        return slot >= 0 && slot < untouched && Memory.getInt(address(slot) + NEXT) == LIVE;
    }

    /** Returns the first byte of a slot. */
    public long address(final int slot) {
        assert slot >= 0 && slot < slots : slot;
        return address + (long) slot * slotBytes;
    }

    public int generation(final int slot) {
        return Memory.getInt(address(slot) + GENERATION);
    }

    /** Returns how many slots are taken. */
    public int live() {
        return live;
    }

    public int slots() {
        return slots;
    }

    /** Returns whether free list and count agree; for assertions and tests. */
    public boolean isConsistent() {
        int free = 0;
        for (int slot = firstFree; slot != NONE && free <= slots; free++) {
            if (isLive(slot)) {
                return false;
            }
            slot = Memory.getInt(address(slot) + NEXT) - 1;
        }
        return free + live == untouched;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            NativeMemory.free(MemoryTag.SLAB, address, (long) slots * slotBytes);
        }
    }
}
