package io.sozu.sessions.buffer;

import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.eventloop.RunQueue;

/**
 * Pages that hold received bytes: small ones for heads and small bodies, bulk ones for large bodies. All are
 * allocated at boot and stay untouched, hence unresident, until they are first used.
 *
 * <p>An eighth of the small pages is kept for responses, so that exchanges in flight can finish. A connection
 * that finds no page waits in order of arrival and is made runnable when one is free again. Belongs to the
 * loop's thread.
 *
 * <pre>
 *   small page: HEAD_ROOM bytes, then the bytes received      ids [0, small)
 *   bulk page:  HEAD_ROOM bytes, then the bytes received      ids [small, small + bulk)
 * </pre>
 */
public final class BufferPool implements AutoCloseable {
    /** Bytes before what is received, in which a head may grow when it is rewritten in place. */
    public static final int HEAD_ROOM = 2304;
    /** Returned when there is no page. */
    public static final int NONE = -1;
    private static final int RESPONSE_SHARE = 8;

    private final RunQueue queue;
    private final WaitList requestWaiters;
    private final WaitList responseWaiters;
    private final int smallCount;
    private final int smallBytes;
    private final int bulkBytes;
    private final int responseReserve;
    private final long sizeBytes;
    private final long address;
    private final int[] free;
    private final int[] freeBulk;
    private int freeCount;
    private int freeBulkCount;
    private boolean closed;

    /**
     * Allocates the pages.
     *
     * @param queue where connections that waited for a page are made runnable
     * @param connectionSlots how many connections may wait
     * @param smallCount how many small pages, at least 2
     * @param smallBytes how much a small page receives, without the head-room
     * @param bulkCount how many bulk pages, 0 for none
     * @param bulkBytes how much a bulk page receives
     */
    public BufferPool(final RunQueue queue, final int connectionSlots, final int smallCount,
            final int smallBytes, final int bulkCount, final int bulkBytes) {
        this.queue = queue;
        this.requestWaiters = new WaitList(connectionSlots);
        this.responseWaiters = new WaitList(connectionSlots);
        this.smallCount = smallCount;
        this.smallBytes = HEAD_ROOM + smallBytes;
        this.bulkBytes = HEAD_ROOM + bulkBytes;
        this.responseReserve = Math.max(1, smallCount / RESPONSE_SHARE);
        this.sizeBytes = (long) smallCount * this.smallBytes + (long) bulkCount * this.bulkBytes;
        this.address = NativeMemory.allocate(MemoryTag.PAGES, sizeBytes);
        this.free = descending(0, smallCount);
        this.freeBulk = descending(smallCount, bulkCount);
        this.freeCount = smallCount;
        this.freeBulkCount = bulkCount;
    }

    /** The lowest page is on top, so that few pages are ever touched. */
    private static int[] descending(final int first, final int count) {
        final int[] stack = new int[count];
        for (int i = 0; i < count; i++) {
            stack[i] = first + count - 1 - i;
        }
        return stack;
    }

    /** Takes a small page to receive a request into, or returns {@link #NONE}. */
    public int acquireForRequest() {
        return freeCount > responseReserve ? free[--freeCount] : NONE;
    }

    /** Takes a small page to receive a response into, or returns {@link #NONE}. */
    public int acquireForResponse() {
        return freeCount > 0 ? free[--freeCount] : NONE;
    }

    /** Takes a bulk page, or returns {@link #NONE}: then a small one has to do. */
    public int acquireBulk() {
        return freeBulkCount > 0 ? freeBulk[--freeBulkCount] : NONE;
    }

    /** Gives a page back. */
    public void release(final int page) {
        assert page >= 0 : page;
        if (page < smallCount) {
            assert freeCount < free.length : "released twice: " + page;
            free[freeCount++] = page;
        } else {
            assert freeBulkCount < freeBulk.length : "released twice: " + page;
            freeBulk[freeBulkCount++] = page;
        }
    }

    /** Returns whether a request page could be taken now: the condition for accepting a connection. */
    public boolean hasRequestPage() {
        return freeCount > responseReserve;
    }

    /** Makes a connection runnable once a request page is free. */
    public void awaitRequestPage(final int connectionSlot) {
        requestWaiters.add(connectionSlot);
    }

    /** Makes a connection runnable once a response page is free. */
    public void awaitResponsePage(final int connectionSlot) {
        responseWaiters.add(connectionSlot);
    }

    /** Forgets a connection that may wait: it is being closed. */
    public void forget(final int connectionSlot) {
        requestWaiters.remove(connectionSlot);
        responseWaiters.remove(connectionSlot);
    }

    /** Makes as many waiting connections runnable as there are pages for; a last step of each turn. */
    public void wakeWaiters() {
        int forResponses = freeCount;
        while (forResponses > 0 && !responseWaiters.isEmpty()) {
            queue.add(responseWaiters.poll());
            forResponses--;
        }
        int forRequests = forResponses - responseReserve;
        while (forRequests > 0 && !requestWaiters.isEmpty()) {
            queue.add(requestWaiters.poll());
            forRequests--;
        }
    }

    /** Returns the first byte of a page; its {@link #HEAD_ROOM} comes first. */
    public long address(final int page) {
        assert page >= 0 && page < smallCount + freeBulk.length : page;
        return page < smallCount ? address + (long) page * smallBytes
                : address + (long) smallCount * smallBytes + (long) (page - smallCount) * bulkBytes;
    }

    /** Returns the size of a page, head-room included. */
    public int sizeBytes(final int page) {
        return page < smallCount ? smallBytes : bulkBytes;
    }

    /** Returns how many bytes a head may have: what a small page receives. */
    public int headMaxBytes() {
        return smallBytes - HEAD_ROOM;
    }

    /** Returns whether a page is a bulk one. */
    public boolean isBulk(final int page) {
        return page >= smallCount;
    }

    /** Returns how many pages are in use. */
    public int used() {
        return free.length - freeCount + freeBulk.length - freeBulkCount;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            NativeMemory.free(MemoryTag.PAGES, address, sizeBytes);
        }
    }
}
