package io.sozu.eventloop;

import static io.sozu.eventloop.Readiness.ERROR;
import static io.sozu.eventloop.Readiness.HANGUP;
import static io.sozu.eventloop.Readiness.READ;
import static io.sozu.eventloop.Readiness.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sozu.bindings.linux.EpollFlags;
import org.junit.jupiter.api.Test;

final class ReadinessTest {
    @Test
    void shouldBeRunnableOnlyWhereEventAndInterestMeet() {
        for (int events = 0; events <= Readiness.ALL; events++) {
            for (int interest = 0; interest <= Readiness.ALL; interest++) {
                final int word = Readiness.withInterest(Readiness.withEvents(0, events), interest);
                assertEquals(events & interest, Readiness.runnable(word));
                assertEquals(events, Readiness.events(word));
                assertEquals(interest, Readiness.interest(word));
                final int less = Readiness.withoutInterest(Readiness.withoutEvents(word, READ), WRITE);
                assertEquals(events & ~READ, Readiness.events(less));
                assertEquals(interest & ~WRITE, Readiness.interest(less));
            }
        }
    }

    @Test
    void shouldTranslateTheBitsOfEpoll() {
        final int[][] table = {
            {0, 0},
            {EpollFlags.IN, READ},
            {EpollFlags.OUT, WRITE},
            {EpollFlags.RDHUP, HANGUP},
            {EpollFlags.HUP, HANGUP},
            {EpollFlags.ERR, ERROR},
            {EpollFlags.IN | EpollFlags.OUT | EpollFlags.ERR | EpollFlags.RDHUP, Readiness.ALL},
        };
        for (final int[] row : table) {
            assertEquals(row[1], Readiness.fromEpoll(row[0]), Integer.toHexString(row[0]));
        }
    }

    @Test
    void shouldDescribeItself() {
        final int word = Readiness.withInterest(READ, READ | WRITE);
        assertEquals("I(rw)&E(r-)=r-", Readiness.describe(word));
        assertEquals("I(--)&E(--)=--", Readiness.describe(0));
        final int all = Readiness.withInterest(Readiness.ALL, WRITE | HANGUP);
        assertEquals("I(-wh)&E(rwhe)=-wh", Readiness.describe(all));
    }
}
