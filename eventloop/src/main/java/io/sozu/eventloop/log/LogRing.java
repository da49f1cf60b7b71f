package io.sozu.eventloop.log;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Whole lines of text on their way from one producing thread to one consuming thread, neither ever waiting.
 *
 * <p>A line becomes visible to the consumer when it is complete; one that does not fit is dropped and
 * counted. Positions grow for ever and are reduced to the ring by a mask. The owner closes it when neither
 * side uses it any more.
 */
public final class LogRing implements AutoCloseable {
    /** A longer line is cut. */
    public static final int LINE_MAX_BYTES = 8192;

    private static final VarHandle CONSUMED;
    private static final VarHandle PRODUCED;
    private static final VarHandle LOST;
    private static final VarHandle ASLEEP;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            CONSUMED = lookup.findVarHandle(LogRing.class, "consumed", long.class);
            PRODUCED = lookup.findVarHandle(LogRing.class, "produced", long.class);
            LOST = lookup.findVarHandle(LogRing.class, "lost", long.class);
            ASLEEP = lookup.findVarHandle(LogRing.class, "asleep", boolean.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int capacityBytes;
    private final int mask;
    private final long address;
    private boolean closed;
    private long consumed;
    private long produced;
    private long lost;
    private boolean asleep;
    private Runnable wake;

    private long flushed;
    private long position;
    private long limit;
    private long dropped;
    private boolean full;

    /**
     * Allocates an empty ring.
     *
     * @param capacityBytes a power of two, at least two lines
     */
    public LogRing(final int capacityBytes) {
        if (Integer.bitCount(capacityBytes) != 1 || capacityBytes < 2 * LINE_MAX_BYTES) {
            throw new IllegalArgumentException("capacity of a log ring: " + capacityBytes);
        }
        this.capacityBytes = capacityBytes;
        this.mask = capacityBytes - 1;
        this.address = NativeMemory.allocate(MemoryTag.LOG, capacityBytes);
    }

    /** Producer: starts a line. */
    void begin() {
        assert !closed;
        position = produced;
        final long room = capacityBytes - (produced - (long) CONSUMED.getAcquire(this));
        limit = produced + Math.min(room, LINE_MAX_BYTES) - 1;
        full = room < LINE_MAX_BYTES;
    }

    /** Producer: adds a byte to the line begun; what exceeds the longest line is cut. */
    void put(final int value) {
        if (position < limit) {
            Memory.putByte(address + (position & mask), (byte) value);
            position++;
        } else if (full) {
            position = Long.MAX_VALUE;
        }
    }

    /** Producer: adds bytes to the line begun, as they are. */
    void put(final byte[] bytes, final int lengthBytes) {
        if (lengthBytes > limit - position) {
            for (int i = 0; i < lengthBytes; i++) {
                put(bytes[i]);
            }
            return;
        }
        final int start = (int) position & mask;
        final int first = Math.min(lengthBytes, capacityBytes - start);
        Memory.copy(bytes, 0, address + start, first);
        if (first < lengthBytes) {
            Memory.copy(bytes, first, address, lengthBytes - first);
        }
        position += lengthBytes;
    }

    /** Producer: ends the line and hands it over, or drops and counts it when the ring is full. */
    boolean end() {
        if (position > limit) {
            dropped++;
            return false;
        }
        Memory.putByte(address + (position & mask), (byte) '\n');
        PRODUCED.setRelease(this, position + 1);
        return true;
    }

    /** Producer: returns whether a line of the longest kind fits now. */
    boolean hasRoom() {
        return capacityBytes - (produced - (long) CONSUMED.getAcquire(this)) >= LINE_MAX_BYTES;
    }

    /** Producer: wakes the consumer when it sleeps and lines have come; else costs a comparison. */
    void flush() {
        if (flushed == produced) {
            return;
        }
        flushed = produced;
        VarHandle.fullFence();
        if ((boolean) ASLEEP.getOpaque(this)) {
            ASLEEP.setOpaque(this, false);
            wake.run();
        }
    }

    /** Names what wakes the consumer's thread; before either side starts. */
    public void onWake(final Runnable consumerWake) {
        this.wake = consumerWake;
    }

    /** Consumer: asks to be woken by the next flush; false when lines wait already. */
    public boolean fallAsleep() {
        ASLEEP.setOpaque(this, true);
        VarHandle.fullFence();
        return (long) PRODUCED.getAcquire(this) == consumed;
    }

    /** Consumer: needs no waking for now. */
    public void stayAwake() {
        ASLEEP.setOpaque(this, false);
    }

    /** Producer: returns how many lines were lost, here for want of room or behind by a failing target. */
    public long lostLines() {
        return dropped + (long) LOST.getAcquire(this);
    }

    /** Returns how many bytes wait for the consumer. */
    public int usedBytes() {
        return (int) ((long) PRODUCED.getAcquire(this) - (long) CONSUMED.getAcquire(this));
    }

    public int capacityBytes() {
        return capacityBytes;
    }

    /**
     * Consumer: copies what waits, whole lines only, and frees its place.
     *
     * @param targetBytes at least {@link #LINE_MAX_BYTES}
     * @return the bytes copied
     */
    public int take(final long target, final int targetBytes) {
        assert targetBytes >= LINE_MAX_BYTES && !closed : targetBytes;
        final int waiting = (int) ((long) PRODUCED.getAcquire(this) - consumed);
        int length = Math.min(waiting, targetBytes);
        while (length < waiting && Memory.getByte(address + (consumed + length - 1 & mask)) != '\n') {
            length--;
        }
        final int start = (int) consumed & mask;
        final int first = Math.min(length, capacityBytes - start);
        Memory.copy(address + start, target, first);
        Memory.copy(address, target + first, length - first);
        CONSUMED.setRelease(this, consumed + length);
        return length;
    }

    /** Consumer: reports lines that were taken and could not be written. */
    public void addLost(final int lines) {
        LOST.setRelease(this, lost + lines);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            NativeMemory.free(MemoryTag.LOG, address, capacityBytes);
        }
    }
}
