package io.sozu.bindings.sim;

import static io.sozu.bindings.linux.EpollFlags.EDGE_TRIGGERED;
import static io.sozu.bindings.linux.EpollFlags.IN;
import static io.sozu.bindings.linux.EpollFlags.OUT;
import static io.sozu.bindings.linux.EpollFlags.RDHUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.Errno;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One fault at a time: what the call answers, and what must follow it. */
@ExtendWith(LeakCheck.class)
final class FaultTest {
    private static final int EDGES = IN | OUT | RDHUP | EDGE_TRIGGERED;
    private SimKernel kernel;
    private KernelUser user;
    private int epoll;
    private int listener;
    private SimPeer client;
    private int fd;

    /** A connection with twelve bytes waiting, every event taken. */
    private void connected(final FaultPlan plan) {
        free();
        kernel = new SimKernel(3, plan);
        user = new KernelUser(kernel);
        epoll = kernel.epollCreate();
        listener = user.listen(8);
        client = kernel.world().connect(user.portOf(listener)).send("twelve bytes");
        kernel.world().sleep(10_000_000);
        fd = user.accept(listener);
        user.add(epoll, fd, EDGES);
        assertEquals(List.of(new KernelUser.Event(fd, IN | OUT)), user.allEvents(epoll, 0));
    }

    @AfterEach
    void free() {
        if (user != null) {
            user.close();
        }
    }

    private List<KernelUser.Event> later() {
        return user.allEvents(epoll, 100);
    }

    @Test
    void shouldAnnounceTheRestOfAShortRead() {
        connected(FaultPlan.none().at(Fault.SHORT_READ, 1));
        final String head = user.receive(fd, 100);
        assertTrue(head.length() < 12, head);
        assertEquals("[-11]", user.receive(fd, 100));
        assertEquals(List.of(new KernelUser.Event(fd, IN | OUT)), later());
        assertEquals("twelve bytes", head + user.receive(fd, 100));
    }

    @Test
    void shouldAnnounceBytesThatWereHeldBack() {
        connected(FaultPlan.none().at(Fault.READ_AGAIN, 1));
        assertEquals("[-11]", user.receive(fd, 100));
        assertEquals("[-11]", user.receive(fd, 100));
        assertEquals(List.of(new KernelUser.Event(fd, IN | OUT)), later());
        assertEquals("twelve bytes", user.receive(fd, 100));
    }

    @Test
    void shouldAnnounceSpaceAfterAShortOrRefusedWrite() {
        connected(FaultPlan.none().at(Fault.SHORT_WRITE, 1).at(Fault.WRITE_AGAIN, 2));
        user.receive(fd, 100);
        final long count = user.send(fd, "an answer");
        assertTrue(count > 0 && count < 9, () -> "sent " + count);
        assertEquals(-Errno.EAGAIN, user.send(fd, "rest"));
        assertEquals(List.of(new KernelUser.Event(fd, OUT)), later());
        assertEquals(-Errno.EAGAIN, user.send(fd, "rest"));
        assertEquals(List.of(new KernelUser.Event(fd, OUT)), later());
        assertEquals(4, user.send(fd, "rest"));
        later();
        assertEquals("an answer".substring(0, (int) count) + "rest", client.receivedText());
    }

    @Test
    void shouldBreakBothEndsByAReset() {
        connected(FaultPlan.none().at(Fault.RESET_ON_READ, 1));
        assertEquals("[-104]", user.receive(fd, 100));
        assertEquals("[0]", user.receive(fd, 100));
        assertEquals(-Errno.EPIPE, user.send(fd, "x"));
        later();
        assertEquals(Errno.ECONNRESET, client.errno());
        connected(FaultPlan.none().at(Fault.RESET_ON_WRITE, 1));
        assertEquals(-Errno.ECONNRESET, user.send(fd, "x"));
        assertEquals(-Errno.EPIPE, user.send(fd, "x"));
    }

    @Test
    void shouldKeepTheQueueAtEmfileWithoutANewEdge() {
        connected(FaultPlan.none().at(Fault.ACCEPT_EMFILE, 2));
        user.add(epoll, listener, IN | EDGE_TRIGGERED);
        kernel.world().connect(user.portOf(listener));
        assertEquals(List.of(new KernelUser.Event(listener, IN)), later());
        assertEquals(-Errno.EMFILE, user.accept(listener));
        assertEquals(List.of(), later());
        assertTrue(user.accept(listener) > 0);
    }

    @Test
    void shouldLoseTheConnectionThatWasAborted() {
        connected(FaultPlan.none().at(Fault.ACCEPT_ABORTED, 2));
        final SimPeer second = kernel.world().connect(user.portOf(listener));
        later();
        assertEquals(-Errno.ECONNABORTED, user.accept(listener));
        assertEquals(-Errno.EAGAIN, user.accept(listener));
        later();
        assertEquals(Errno.ECONNRESET, second.errno());
    }

    @Test
    void shouldFailConnectsNowLaterAndMuchLater() {
        connected(FaultPlan.none().at(Fault.CONNECT_UNREACHABLE, 1).at(Fault.CONNECT_REFUSED, 1)
                .at(Fault.CONNECT_TIMEOUT, 2).at(Fault.SOCKET_EMFILE, 5));
        final int port = user.portOf(listener);
        assertEquals(-Errno.ENETUNREACH, user.connect(user.socket(), port));
        final int refused = user.socket();
        assertEquals(-Errno.EINPROGRESS, user.connect(refused, port));
        user.add(epoll, refused, EDGES);
        assertEquals("IN|OUT|ERR|HUP|RDHUP", SimTrace.bits(later().getFirst().bits()));
        assertEquals(Errno.ECONNREFUSED, kernel.getOption(refused, 1, 4));
        final int lost = user.socket();
        assertEquals(-Errno.EINPROGRESS, user.connect(lost, port));
        user.add(epoll, lost, EDGES);
        assertEquals(1, user.events(epoll, 200_000).size());
        assertEquals(Errno.ETIMEDOUT, kernel.getOption(lost, 1, 4));
        assertEquals(-Errno.EMFILE, kernel.socket(KernelUser.INET, 1, 0));
    }

    @Test
    void shouldHoldEventsBackButNotLoseThem() {
        connected(FaultPlan.none().with(Fault.EVENTS_DELAYED, 1).with(Fault.EVENTS_REORDERED, 1));
        final int first = kernel.eventFd();
        final int second = kernel.eventFd();
        user.add(epoll, first, OUT | EDGE_TRIGGERED);
        user.add(epoll, second, OUT | EDGE_TRIGGERED);
        final List<KernelUser.Event> events = later();
        assertEquals(2, events.size());
        assertTrue(events.contains(new KernelUser.Event(first, OUT)), events::toString);
        assertTrue(events.contains(new KernelUser.Event(second, OUT)), events::toString);
    }

    @Test
    void shouldRepeatEventsAndInterruptWaits() {
        connected(FaultPlan.none().at(Fault.SPURIOUS_EVENT, 3).at(Fault.WAIT_INTERRUPTED, 4));
        assertEquals(List.of(new KernelUser.Event(fd, IN | OUT)), user.events(epoll, 0));
        final AssertionError interrupted = assertThrows(AssertionError.class, () -> user.events(epoll, 0));
        assertEquals("epoll_wait: -4", interrupted.getMessage());
    }

    @Test
    void shouldJumpClocks() {
        connected(FaultPlan.none().with(Fault.CLOCK_JUMP, 1).with(Fault.WALL_JUMP, 1)
                .maxJump(1_000_000_000L));
        final long before = kernel.monotonicNanos();
        long after = kernel.monotonicNanos();
        assertTrue(after > before);
        long wallBack = 0;
        for (int i = 0; i < 50; i++) {
            final long wall = kernel.wallNanos();
            wallBack += kernel.wallNanos() < wall ? 1 : 0;
            final long now = kernel.monotonicNanos();
            assertTrue(now > after, "the monotonic clock goes forward");
            after = now;
        }
        assertTrue(wallBack > 0, "the wall clock goes back at times");
        assertTrue(after - before > 10_000_000_000L);
    }

    @Test
    void shouldConfineFaultsToASpanAndANumber() {
        connected(FaultPlan.none().with(Fault.READ_AGAIN, 1).atMost(Fault.READ_AGAIN, 1)
                .between(0, 1L << 40));
        assertEquals("[-11]", user.receive(fd, 100));
        later();
        assertEquals("twelve bytes", user.receive(fd, 100));
        connected(FaultPlan.none().with(Fault.READ_AGAIN, 1).between(1L << 40, 1L << 41));
        assertEquals("twelve bytes", user.receive(fd, 100));
    }
}
