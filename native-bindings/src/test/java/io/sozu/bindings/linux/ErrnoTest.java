package io.sozu.bindings.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sozu.bindings.sim.LeakCheck;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class ErrnoTest {
    @Test
    void shouldNameEveryConstantAsItIsCalled() throws IllegalAccessException {
        for (final Field field : Errno.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                assertEquals(field.getName(), Errno.name(field.getInt(null)));
            }
        }
    }

    @Test
    void shouldSayWhatAnErrorNumberMeans() {
        assertEquals("connection refused", Errno.text(Errno.ECONNREFUSED));
        assertEquals("too many open files (EMFILE)", Errno.describe(Errno.EMFILE));
        assertEquals("no such process (ESRCH)", Errno.describe(3));
    }

    @Test
    void shouldNotFailOnNumbersNobodyKnows() {
        for (final int unknown : new int[] {-1, 0, 41, 134, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertEquals("errno " + unknown, Errno.name(unknown));
            assertEquals("unknown error " + unknown, Errno.text(unknown));
        }
    }

    @Test
    void shouldShowNameAndTextInAnException() {
        assertEquals("bind: address already in use (EADDRINUSE)",
                new KernelException("bind", -Errno.EADDRINUSE).getMessage());
    }

    @Test
    void shouldDescribeEventBits() {
        assertEquals("IN|OUT|RDHUP", EpollFlags.describe(0x2005));
        assertEquals("IN|HUP|ET",
                EpollFlags.describe(EpollFlags.EDGE_TRIGGERED | EpollFlags.HUP | EpollFlags.IN));
        assertEquals("OUT|0x40", EpollFlags.describe(0x44));
        assertEquals("0x0", EpollFlags.describe(0));
    }
}
