package io.sozu.sessions.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.eventloop.RunQueue;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class BufferPoolTest {
    private static final int PAGES = 16;
    private static final int RESERVED = 2;
    private final RunQueue queue = new RunQueue(100);
    private final BufferPool pool = new BufferPool(queue, 100, PAGES, 4096, 2, 8192);

    @AfterEach
    void close() {
        pool.close();
    }

    private void takeAllForRequests() {
        while (pool.hasRequestPage()) {
            assertTrue(pool.acquireForRequest() >= 0);
        }
    }

    @Test
    void shouldKeepAnEighthForResponses() {
        takeAllForRequests();
        assertEquals(PAGES - RESERVED, pool.used());
        assertEquals(BufferPool.NONE, pool.acquireForRequest());
        assertTrue(pool.acquireForResponse() >= 0);
        assertTrue(pool.acquireForResponse() >= 0);
        assertEquals(BufferPool.NONE, pool.acquireForResponse());
    }

    @Test
    void shouldGiveOutPagesThatDoNotOverlap() {
        final Set<Long> starts = new HashSet<>();
        for (int i = 0; i < PAGES; i++) {
            final int page = pool.acquireForResponse();
            assertEquals(BufferPool.HEAD_ROOM + 4096, pool.sizeBytes(page));
            assertTrue(starts.add(pool.address(page)));
        }
        final int bulk = pool.acquireBulk();
        assertTrue(pool.isBulk(bulk) && starts.stream().noneMatch(start -> start < pool.address(bulk)
                + pool.sizeBytes(bulk) && pool.address(bulk) < start + BufferPool.HEAD_ROOM + 4096));
        assertTrue(pool.acquireBulk() >= 0);
        assertEquals(BufferPool.NONE, pool.acquireBulk());
    }

    @Test
    void shouldWakeWhoWaitsInOrderOfArrivalAndResponsesFirst() {
        takeAllForRequests();
        pool.awaitRequestPage(5);
        pool.awaitRequestPage(6);
        pool.awaitRequestPage(5);
        pool.wakeWaiters();
        assertEquals(0, queue.size(), "the reserved pages are not for them");
        pool.release(0);
        pool.wakeWaiters();
        assertEquals(5, queue.poll());
        assertEquals(-1, queue.poll());
        assertEquals(0, pool.acquireForRequest());
        pool.awaitResponsePage(9);
        pool.wakeWaiters();
        assertEquals(9, queue.poll());
        pool.release(0);
        pool.wakeWaiters();
        assertEquals(6, queue.poll());
    }

    @Test
    void shouldForgetWhoIsClosed() {
        takeAllForRequests();
        for (int slot = 1; slot <= 3; slot++) {
            pool.awaitRequestPage(slot);
        }
        pool.forget(1);
        pool.forget(3);
        pool.forget(3);
        for (int page = 0; page < 3; page++) {
            pool.release(page);
        }
        pool.wakeWaiters();
        assertEquals(2, queue.poll());
        assertEquals(-1, queue.poll());
        assertFalse(queue.contains(1));
    }
}
