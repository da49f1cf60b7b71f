package io.sozu.channel;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;

/**
 * A queue of bytes in native memory that grows by doubling up to a limit and shrinks when it is empty.
 *
 * <pre>
 *   address            start                end                 capacity
 *   | taken            | held               | room              |
 * </pre>
 */
final class FrameBuffer implements AutoCloseable {
    private final ChannelLimits limits;
    private int capacityBytes;
    private long address;
    private int start;
    private int end;

    FrameBuffer(final ChannelLimits limits) {
        this.limits = limits;
        this.capacityBytes = limits.initialBytes();
        this.address = NativeMemory.allocate(MemoryTag.CHANNEL, capacityBytes);
    }

    /** Returns the address of the first byte held. */
    long first() {
        return address + start;
    }

    /** Returns the number of bytes held. */
    int size() {
        return end - start;
    }

    /** Returns where the next byte goes. */
    long tail() {
        return address + end;
    }

    int roomBytes() {
        return capacityBytes - end;
    }

    /** Makes room for some more bytes; false when the limit is in the way. */
    boolean reserve(final int moreBytes) {
        if (roomBytes() >= moreBytes) {
            return true;
        }
        final long wanted = (long) size() + moreBytes;
        if (wanted > limits.maxBytes()) {
            return false;
        }
        if (wanted > capacityBytes) {
            move((int) Math.min(limits.maxBytes(), Math.max(wanted, 2L * capacityBytes)));
        } else {
            Memory.copy(first(), address, size());
            end -= start;
            start = 0;
        }
        return true;
    }

    /** Adds bytes for which room was made. */
    void append(final byte[] bytes) {
        assert bytes.length <= roomBytes();
        Memory.copy(bytes, 0, tail(), bytes.length);
        end += bytes.length;
    }

    /** Adds a byte for which room was made. */
    void append(final byte value) {
        assert roomBytes() > 0;
        Memory.putByte(tail(), value);
        end++;
    }

    /** Counts bytes that a call has written at the tail. */
    void received(final int lengthBytes) {
        assert lengthBytes <= roomBytes();
        end += lengthBytes;
    }

    /** Forgets the first bytes. */
    void consume(final int lengthBytes) {
        assert lengthBytes <= size();
        start += lengthBytes;
        if (start == end) {
            start = 0;
            end = 0;
            if (capacityBytes > limits.initialBytes()) {
                move(limits.initialBytes());
            }
        }
    }

    /** Returns how many bytes stand before the first zero byte from an offset on, or -1. */
    int find(final int fromBytes) {
        for (int i = fromBytes; i < size(); i++) {
            if (Memory.getByte(first() + i) == 0) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        if (address != 0) {
            NativeMemory.free(MemoryTag.CHANNEL, address, capacityBytes);
            address = 0;
            start = 0;
            end = 0;
        }
    }

    private void move(final int newCapacityBytes) {
        final long target = NativeMemory.allocate(MemoryTag.CHANNEL, newCapacityBytes);
        Memory.copy(first(), target, size());
        NativeMemory.free(MemoryTag.CHANNEL, address, capacityBytes);
        end -= start;
        start = 0;
        address = target;
        capacityBytes = newCapacityBytes;
    }
}
