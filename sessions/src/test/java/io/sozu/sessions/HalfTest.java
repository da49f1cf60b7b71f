package io.sozu.sessions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.eventloop.RunQueue;
import io.sozu.sessions.buffer.BufferPool;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How a reader and a writer share a half. */
@ExtendWith(LeakCheck.class)
final class HalfTest {
    private static final int FRONT = 3;
    private static final int BACK = 4;
    private static final int PAGE_BYTES = 1000;
    private final RunQueue queue = new RunQueue(10);
    private final BufferPool pool = new BufferPool(queue, 10, 8, PAGE_BYTES, 1, 4000);
    private final Slab slab = new Slab(2, Exchange.SLOT_BYTES);
    private final Exchange exchange = new Exchange(slab, pool, queue).wrap(slab.acquire());
    private final Half request = exchange.request();

    HalfTest() {
        exchange.front(FRONT);
        exchange.back(BACK);
    }

    @AfterEach
    void close() {
        pool.close();
        slab.close();
    }

    private void receive(final int count) {
        assertEquals(Half.ROOM, request.makeRoom(false));
        request.received(count);
        request.append(count);
    }

    @Test
    void shouldWakeTheWriterWhenBytesAreReleased() {
        receive(10);
        assertEquals(BACK, queue.poll());
        exchange.response().makeRoom(false);
        exchange.response().received(1);
        exchange.response().append(1);
        assertEquals(FRONT, queue.poll());
    }

    @Test
    void shouldWakeTheReaderThatFoundNoRoomAndNobodyElse() {
        receive(PAGE_BYTES - 1);
        request.consume(1);
        assertFalse(queue.contains(FRONT), "there was room");
        receive(1);
        assertEquals(Half.FULL, request.makeRoom(false));
        request.consume(1);
        assertTrue(queue.contains(FRONT));
    }

    @Test
    void shouldGiveItsPageBackWhenNothingStandsOnIt() {
        receive(10);
        assertEquals(1, pool.used());
        request.consume(10);
        assertEquals(0, pool.used());
    }

    @Test
    void shouldKeepWhatWasSentWhileItMayBeSentAgain() {
        request.makeRoom(false);
        request.keepForReplay();
        receive(600);
        request.consume(600);
        assertEquals(1, pool.used());
        request.replay();
        assertEquals(600, request.buffer().readyBytes());
        request.consume(600);
        receive(400);
        request.consume(400);
        assertTrue(request.isReplayable());
        assertEquals(Half.ROOM, request.makeRoom(false), "what fits no page is not kept");
        assertFalse(request.isReplayable());
    }

    @Test
    void shouldTakeABulkPageForMuchAndASmallOneWhenThereIsNone() {
        assertEquals(Half.ROOM, request.makeRoom(true));
        assertTrue(pool.isBulk(request.buffer().page()));
        final Half response = exchange.response();
        assertEquals(Half.ROOM, response.makeRoom(true));
        assertFalse(pool.isBulk(response.buffer().page()));
        request.releaseIfEmpty();
        assertEquals(Half.ROOM, response.makeRoom(true));
        assertTrue(pool.isBulk(response.buffer().page()), "an empty half changes to it");
    }

    @Test
    void shouldNotLoseAByteUnderRandomUse() {
        for (long seed = 1; seed <= 200; seed++) {
            final Random random = new Random(seed);
            long written = 0;
            long read = 0;
            for (int step = 0; step < 500; step++) {
                if (random.nextBoolean() && request.makeRoom(random.nextBoolean()) == Half.ROOM) {
                    final int count = 1 + random.nextInt(request.buffer().roomBytes());
                    for (int i = 0; i < count; i++) {
                        Memory.putByte(request.buffer().address(request.buffer().filled()) + i,
                                (byte) written++);
                    }
                    request.received(count);
                    request.append(random.nextInt(request.buffer().heldBytes() + 1));
                } else if (request.buffer().readyBytes() > 0) {
                    final int count = 1 + random.nextInt(request.buffer().readyBytes());
                    for (int i = 0; i < count; i++) {
                        assertEquals((byte) read++,
                                Memory.getByte(request.buffer().address(request.buffer().from()) + i),
                                "seed " + seed);
                    }
                    request.consume(count);
                } else if (request.buffer().heldBytes() > 0) {
                    request.append(request.buffer().heldBytes());
                }
            }
            request.append(request.buffer().heldBytes());
            read += request.buffer().readyBytes();
            request.consume(request.buffer().readyBytes());
            assertEquals(written, read, "seed " + seed);
        }
    }
}
