package io.sozu.bindings.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.KernelUser;
import io.sozu.bindings.sim.LeakCheck;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The calls against the running kernel, over loopback. */
@ExtendWith(LeakCheck.class)
final class LinuxKernelTest {
    private static final int EDGES =
            EpollFlags.IN | EpollFlags.OUT | EpollFlags.RDHUP | EpollFlags.EDGE_TRIGGERED;
    private static final int PATIENCE_MILLIS = 5000;
    private final LinuxKernel kernel = new LinuxKernel();
    private final KernelUser user = new KernelUser(kernel);

    @AfterEach
    void free() {
        user.close();
        kernel.close();
    }

    @Test
    void shouldCarryBytesOverLoopbackBothWays() {
        final int listener = user.listen(8);
        final int epoll = kernel.epollCreate();
        user.add(epoll, listener, EpollFlags.IN | EpollFlags.EDGE_TRIGGERED);
        final int client = user.socket();
        assertEquals(-Errno.EINPROGRESS, user.connect(client, user.portOf(listener)));
        assertEquals(List.of(new KernelUser.Event(listener, EpollFlags.IN)),
                user.events(epoll, PATIENCE_MILLIS));
        final int server = user.accept(listener);
        assertTrue(server > 0, () -> "accept " + server);
        assertEquals(-Errno.EAGAIN, user.accept(listener));
        user.add(epoll, server, EDGES);
        assertEquals(EpollFlags.OUT, user.events(epoll, PATIENCE_MILLIS).getFirst().bits());
        assertEquals(4, user.send(client, "ping"));
        assertEquals(EpollFlags.IN | EpollFlags.OUT, user.events(epoll, PATIENCE_MILLIS).getFirst().bits());
        assertEquals(List.of(), user.events(epoll, 0), "an edge is told once");
        assertEquals("ping", user.receive(server, 100));
        assertEquals("[-" + Errno.EAGAIN + "]", user.receive(server, 100));
        assertEquals(6, user.sendVector(server, "po", "ngs!"));
        assertEquals(0, kernel.shutdown(server, SocketOptions.SHUT_WR));
        List.of(client, server, listener, epoll).forEach(fd -> assertEquals(0, kernel.close(fd)));
    }

    @Test
    void shouldReturnErrorNumbersNegated() {
        assertEquals(-Errno.EBADF, kernel.close(-1));
        assertEquals(-Errno.EBADF, kernel.receive(-1, 0, 0, 0));
        assertEquals(-Errno.EBADF, kernel.epollWait(-1, 8, 1, 0));
        assertEquals(-Errno.EBADF, kernel.setOption(-1, 1, 2, 1));
    }
}
