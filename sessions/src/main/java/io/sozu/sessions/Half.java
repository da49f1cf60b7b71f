package io.sozu.sessions;

import static io.sozu.sessions.ExchangeLayout.HALF_BODY;
import static io.sozu.sessions.ExchangeLayout.HALF_FLAGS;
import static io.sozu.sessions.ExchangeLayout.HALF_FORM;
import static io.sozu.sessions.ExchangeLayout.HALF_FRAMING;
import static io.sozu.sessions.ExchangeLayout.HALF_HEAD_BYTES;
import static io.sozu.sessions.ExchangeLayout.HALF_MOVED;
import static io.sozu.sessions.ExchangeLayout.HALF_PHASE;
import static io.sozu.sessions.ExchangeLayout.HALF_REMAINING;
import static io.sozu.sessions.ExchangeLayout.HALF_REPLAY_FROM;
import static io.sozu.sessions.ExchangeLayout.HALF_SCAN;
import static io.sozu.sessions.ExchangeLayout.HALF_SCANNED;

import io.sozu.bindings.memory.Memory;
import io.sozu.eventloop.RunQueue;
import io.sozu.sessions.buffer.BufferPool;
import io.sozu.sessions.buffer.StreamBuffer;

/**
 * One direction of an exchange, a flyweight within its slot: the machine of one side reads a message into it
 * (the reader), the machine of the other side writes it out (the writer).
 *
 * <p>The message stands there as a head in canonical HTTP/1.1 syntax, then its body in one {@link BodyForm}.
 * {@link #append} wakes the writer and {@link #consume} wakes the reader that had stopped, so
 * neither can forget the other. Pages are taken when there is something to receive and given back when empty.
 */
public final class Half {
    /** {@link #makeRoom}: bytes can be received. */
    public static final int ROOM = 0;
    /** {@link #makeRoom}: the page is full; consuming wakes the reader. */
    public static final int FULL = 1;
    /** {@link #makeRoom}: no page is free; the reader waits in line. */
    public static final int NO_PAGE = 2;

    private static final int STALLED = 1;
    private static final int HEAD_PENDING = 1 << 1;
    private static final int REPLAYABLE = 1 << 2;

    /**
     * So many bytes are sent at once, as long as the cache has them; fewer are better sent in turn, while the
     * code is in it.
     */
    private static final int HOT_BYTES = 32 << 10;

    private final BufferPool pool;
    private final RunQueue queue;
    private final StreamBuffer buffer;
    private final boolean response;
    private final int offset;
    private final int readerOffset;
    private final int writerOffset;
    private long exchange;
    private long base;

    Half(final BufferPool pool, final RunQueue queue, final boolean response) {
        this.pool = pool;
        this.queue = queue;
        this.response = response;
        this.buffer = new StreamBuffer(pool);
        this.offset = response ? ExchangeLayout.RESPONSE : ExchangeLayout.REQUEST;
        this.readerOffset = response ? ExchangeLayout.BACK : ExchangeLayout.FRONT;
        this.writerOffset = response ? ExchangeLayout.FRONT : ExchangeLayout.BACK;
    }

    void wrap(final long exchangeBase) {
        exchange = exchangeBase;
        base = exchangeBase + offset;
        buffer.wrap(base);
    }

    /** Returns the cursors over the page that holds the bytes. */
    public StreamBuffer buffer() {
        return buffer;
    }

    public HalfPhase phase() {
        return HalfPhase.of(Memory.getByte(base + HALF_PHASE));
    }

    /** Moves the reading to another phase and wakes the writer, who has to know. */
    public void enter(final HalfPhase next) {
        assert phase().mayBecome(next) : phase() + " to " + next;
        Memory.putByte(base + HALF_PHASE, (byte) next.ordinal());
        wake(writerOffset);
    }

    /** Returns whether all of the message was read and has left. */
    public boolean isDone() {
        return phase() == HalfPhase.ENDED && buffer.readyBytes() == 0;
    }

    /** Returns the reader's own word for how the body is delimited on its connection. */
    public int framing() {
        return Memory.getByte(base + HALF_FRAMING);
    }

    public void framing(final int framing) {
        Memory.putByte(base + HALF_FRAMING, (byte) framing);
    }

    /** Returns how the body stands here. */
    public BodyForm form() {
        return BodyForm.of(Memory.getByte(base + HALF_FORM));
    }

    public void form(final BodyForm form) {
        Memory.putByte(base + HALF_FORM, (byte) form.ordinal());
    }

    /** Returns whether a head stands first of what is ready and its writer has not begun with it. */
    public boolean isHeadPending() {
        return has(HEAD_PENDING);
    }

    /** Returns the size of the head that is pending. */
    public int headBytes() {
        return Memory.getInt(base + HALF_HEAD_BYTES);
    }

    /** Releases a head of so many bytes that stands at the front of the buffer, and wakes the writer. */
    public void appendHead(final int count) {
        Memory.putInt(base + HALF_HEAD_BYTES, count);
        flag(HEAD_PENDING, true);
        append(count);
    }

    /** The writer has begun with the pending head, whose size and place it may have changed. */
    public void headTaken() {
        flag(HEAD_PENDING, false);
    }

    /** Returns how many bytes of the body are still to be read: in all, or of the present chunk. */
    public long remaining() {
        return Memory.getLong(base + HALF_REMAINING);
    }

    public void remaining(final long count) {
        Memory.putLong(base + HALF_REMAINING, count);
    }

    /** Returns a number of the reader's own, 0 at first, which {@link #remaining} does not share. */
    public long scan() {
        return Memory.getLong(base + HALF_SCAN);
    }

    public void scan(final long state) {
        Memory.putLong(base + HALF_SCAN, state);
    }

    /**
     * Returns where a reader keeps 16 bytes on its place in the framing: {@link #remaining} and {@link
     * #scan}.
     */
    public long scanAddress() {
        return base + HALF_REMAINING;
    }

    /** Returns how much of the held bytes the head parser has seen. */
    public int scannedBytes() {
        return Memory.getInt(base + HALF_SCANNED);
    }

    public void scannedBytes(final int count) {
        Memory.putInt(base + HALF_SCANNED, count);
    }

    /** Returns how many bytes of the body, without its framing, were released to the writer. */
    public long bodyBytes() {
        return Memory.getLong(base + HALF_BODY);
    }

    /** Counts bytes of the body. */
    public void addBodyBytes(final long count) {
        Memory.putLong(base + HALF_BODY, bodyBytes() + count);
    }

    /** Returns how many bytes were released to the writer. */
    public long movedBytes() {
        return Memory.getLong(base + HALF_MOVED);
    }

    /**
     * Sees to it that bytes can be received.
     *
     * @param bulk whether much is still to come: then an empty half may take a bulk page
     * @return {@link #ROOM}; {@link #NO_PAGE} or {@link #FULL} when the reader has to wait and will be woken;
     *         {@link #FULL} with nothing ready means that what is held fills the page and never moves on
     */
    public int makeRoom(final boolean bulk) {
        if (buffer.hasPage() && buffer.roomBytes() > 0 && !(bulk && isEmpty() && !isReplayable())) {
            return ROOM;
        }
        if (!buffer.hasPage()) {
            return takePage(bulk) ? ROOM : NO_PAGE;
        }
        if (buffer.readyBytes() > 0) {
            stall();
            return FULL;
        }
        forgetReplay();
        if (!buffer.hasPage()) {
            return takePage(bulk) ? ROOM : NO_PAGE;
        }
        buffer.compact();
        return buffer.roomBytes() > 0 ? ROOM : FULL;
    }

    /** The reader stops though there may be room; {@link #consume} wakes it. */
    public void stall() {
        flag(STALLED, true);
    }

    /** Returns whether the reader has stopped until bytes have left. */
    public boolean isStalled() {
        return has(STALLED);
    }

    private boolean isEmpty() {
        return buffer.readyBytes() == 0 && buffer.heldBytes() == 0;
    }

    private boolean takePage(final boolean bulk) {
        int page = bulk ? pool.acquireBulk() : BufferPool.NONE;
        if (page == BufferPool.NONE) {
            page = response ? pool.acquireForResponse() : pool.acquireForRequest();
        }
        if (page != BufferPool.NONE) {
            buffer.start(page);
            return true;
        }
        final int reader = Memory.getInt(exchange + readerOffset) - 1;
        if (reader == Slab.NONE) {
            return false;
        }
        if (response) {
            pool.awaitResponsePage(reader);
        } else {
            pool.awaitRequestPage(reader);
        }
        return false;
    }

    /** Bytes were received into the room; they are held until {@link #append}. */
    public void received(final int count) {
        buffer.filled(buffer.filled() + count);
    }

    /** Releases held bytes to the writer and wakes it. */
    public void append(final int count) {
        buffer.ready(buffer.ready() + count);
        Memory.putLong(base + HALF_MOVED, movedBytes() + count);
        final int writer = Memory.getInt(exchange + writerOffset) - 1;
        if (writer != Slab.NONE && count >= HOT_BYTES) {
            queue.addFirst(writer);
        } else {
            wake(writerOffset);
        }
    }

    /**
     * Bytes have left: wakes the reader when it had stopped for want of room, and gives an empty page back.
     */
    public void consume(final int count) {
        buffer.from(buffer.from() + count);
        if (has(STALLED)) {
            flag(STALLED, false);
            wake(readerOffset);
        }
        releaseIfEmpty();
    }

    /** Drops what was released and has not left: its writer has no use for it. */
    public void discardReady() {
        flag(HEAD_PENDING, false);
        if (buffer.readyBytes() > 0) {
            consume(buffer.readyBytes());
        }
        forgetReplay();
    }

    /** Drops what is held behind the end of the message: nobody asked for it. */
    public void discardHeld() {
        if (buffer.heldBytes() > 0) {
            buffer.filled(buffer.ready());
            releaseIfEmpty();
        }
    }

    /** Keeps what leaves from now on, so that it can be sent again. */
    public void keepForReplay() {
        Memory.putInt(base + HALF_REPLAY_FROM, buffer.from());
        flag(REPLAYABLE, true);
    }

    /** Returns whether everything sent is still here. */
    public boolean isReplayable() {
        return has(REPLAYABLE);
    }

    /** Makes everything sent ready to be sent again. */
    public void replay() {
        assert isReplayable();
        buffer.from(Memory.getInt(base + HALF_REPLAY_FROM));
    }

    /** Nothing sent is needed any more. */
    public void forgetReplay() {
        flag(REPLAYABLE, false);
        releaseIfEmpty();
    }

    /** Gives the page back when nothing stands on it that is still needed. */
    public void releaseIfEmpty() {
        if (!isReplayable() && isEmpty()) {
            buffer.release();
        }
    }

    private void wake(final int slotOffset) {
        final int slot = Memory.getInt(exchange + slotOffset) - 1;
        if (slot != Slab.NONE) {
            queue.add(slot);
        }
    }

    private boolean has(final int flag) {
        return (Memory.getByte(base + HALF_FLAGS) & flag) != 0;
    }

    private void flag(final int flag, final boolean on) {
        final int flags = Memory.getByte(base + HALF_FLAGS);
        Memory.putByte(base + HALF_FLAGS, (byte) (on ? flags | flag : flags & ~flag));
    }

    /** Renders the half for a log line or an assertion. */
    public String describe() {
        return phase() + " ready " + buffer.readyBytes() + " held " + buffer.heldBytes() + " moved "
                + movedBytes();
    }
}
