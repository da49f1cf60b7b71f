package io.sozu.sessions.buffer;

import io.sozu.bindings.memory.Memory;

/**
 * Three cursors over one page, in a slot of the slab: bytes come in at {@code filled}, are released to the
 * writer up to {@code ready}, and leave from {@code from}. A flyweight.
 *
 * <pre>
 *   0 page + 1 (i32, 0 = none) | 4 from (i32) | 8 ready (i32) | 12 filled (i32)
 *
 *   page: | head-room, or gone | released | received only | room |
 *         0                    from       ready           filled sizeBytes
 * </pre>
 */
public final class StreamBuffer {
    /** The size of the cursors in a slot. */
    public static final int SIZE_BYTES = 16;
    private static final int PAGE = 0;
    private static final int FROM = 4;
    private static final int READY = 8;
    private static final int FILLED = 12;

    private final BufferPool pool;
    private long base;

    public StreamBuffer(final BufferPool pool) {
        this.pool = pool;
    }

    /** Looks at the cursors at an address. */
    public StreamBuffer wrap(final long address) {
        base = address;
        return this;
    }

    public boolean hasPage() {
        return Memory.getInt(base + PAGE) != 0;
    }

    public int page() {
        return Memory.getInt(base + PAGE) - 1;
    }

    /** Starts on an empty page, behind its head-room. */
    public void start(final int page) {
        Memory.putInt(base + PAGE, page + 1);
        rewind();
    }

    /** Puts all cursors behind the head-room: nothing is held. */
    public void rewind() {
        Memory.putInt(base + FROM, BufferPool.HEAD_ROOM);
        Memory.putInt(base + READY, BufferPool.HEAD_ROOM);
        Memory.putInt(base + FILLED, BufferPool.HEAD_ROOM);
    }

    /** Takes over page and cursors of another buffer, which is left without a page. */
    public void takeFrom(final StreamBuffer other) {
        assert !hasPage();
        Memory.putLong(base, Memory.getLong(other.base));
        Memory.putLong(base + READY, Memory.getLong(other.base + READY));
        Memory.putInt(other.base + PAGE, 0);
    }

    /** Gives the page back to the pool; without effect when there is none. */
    public void release() {
        if (hasPage()) {
            pool.release(page());
            Memory.putInt(base + PAGE, 0);
        }
    }

    public int from() {
        return Memory.getInt(base + FROM);
    }

    /** Moves on by what has left, or back to what may be sent again or before a head that has grown. */
    public void from(final int offset) {
        assert offset >= 0 && offset <= ready() : offset;
        Memory.putInt(base + FROM, offset);
    }

    public int ready() {
        return Memory.getInt(base + READY);
    }

    public void ready(final int offset) {
        assert offset >= from() && offset <= filled() : offset;
        Memory.putInt(base + READY, offset);
    }

    public int filled() {
        return Memory.getInt(base + FILLED);
    }

    public void filled(final int offset) {
        assert offset >= ready() && offset <= pool.sizeBytes(page()) : offset;
        Memory.putInt(base + FILLED, offset);
    }

    /**
     * Lets what is held begin elsewhere, while nothing is ready: its head has shrunk or grown at its front.
     */
    public void beginAt(final int offset) {
        assert from() == ready() && offset >= 0 && offset <= filled() : offset;
        Memory.putInt(base + FROM, offset);
        Memory.putInt(base + READY, offset);
    }

    /** Returns the address of an offset of the page. */
    public long address(final int offset) {
        assert offset >= 0 && offset <= pool.sizeBytes(page()) : offset;
        return pool.address(page()) + offset;
    }

    /** Returns how many bytes are released and have not left. */
    public int readyBytes() {
        return hasPage() ? ready() - from() : 0;
    }

    /** Returns how many bytes are received and not released. */
    public int heldBytes() {
        return hasPage() ? filled() - ready() : 0;
    }

    /** Returns how many bytes more the page takes. */
    public int roomBytes() {
        return hasPage() ? pool.sizeBytes(page()) - filled() : 0;
    }

    /** Moves what is held to the start of an otherwise empty page. */
    public void compact() {
        final int held = heldBytes();
        assert from() == ready();
        if (ready() != BufferPool.HEAD_ROOM) {
            Memory.copy(address(ready()), address(BufferPool.HEAD_ROOM), held);
            rewind();
            filled(BufferPool.HEAD_ROOM + held);
        }
    }
}
