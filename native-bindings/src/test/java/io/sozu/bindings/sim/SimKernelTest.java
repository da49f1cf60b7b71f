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

/** The simulation's own ways: peers, virtual time, limits. KernelTraceTest has what Linux shares. */
@ExtendWith(LeakCheck.class)
final class SimKernelTest {
    private static final int EDGES = IN | OUT | RDHUP | EDGE_TRIGGERED;
    private final SimKernel kernel = new SimKernel(1);
    private final KernelUser user = new KernelUser(kernel);

    @AfterEach
    void free() {
        user.close();
    }

    private int accepted(final int epoll, final int listener) {
        assertEquals(List.of(new KernelUser.Event(listener, IN)), user.events(epoll, 1000));
        final int fd = user.accept(listener);
        assertTrue(fd > 0, () -> "accept " + fd);
        return fd;
    }

    @Test
    void shouldServeASimulatedClientAndCountDescriptors() {
        final int epoll = kernel.epollCreate();
        final int listener = user.listen(8);
        user.add(epoll, listener, IN | EDGE_TRIGGERED);
        final SimPeer client = kernel.world().connect(user.portOf(listener)).send("ping");
        client.onBytes((peer, bytes) -> peer.send("!").shutdownWrite());
        final int fd = accepted(epoll, listener);
        assertEquals(-Errno.EAGAIN, user.accept(listener));
        user.add(epoll, fd, EDGES);
        assertEquals(OUT, user.events(epoll, 1000).getFirst().bits());
        assertEquals(IN | OUT, user.events(epoll, 1000).getFirst().bits());
        assertEquals("ping", user.receive(fd, 100));
        assertEquals(4, user.send(fd, "pong"));
        assertEquals(List.of(new KernelUser.Event(fd, IN | OUT), new KernelUser.Event(fd, IN | OUT | RDHUP)),
                user.allEvents(epoll, 1000));
        assertEquals("!", user.receive(fd, 100));
        assertEquals("[0]", user.receive(fd, 100));
        assertEquals("pong", client.receivedText());
        assertEquals(0, kernel.close(fd));
        assertEquals(-Errno.EBADF, kernel.close(fd));
        assertEquals("[-9]", user.receive(fd, 1));
        user.events(epoll, 1000);
        assertTrue(client.isEnded(), client::toString);
        kernel.close(listener);
        kernel.close(epoll);
        assertTrue(kernel.openFds().isEmpty(), kernel::describe);
    }

    @Test
    void shouldReachSimulatedServersRefusedPortsAndBlackHoles() {
        final int epoll = kernel.epollCreate();
        final SimListener server = kernel.world().listen(0, peer -> peer.send("hello").close());
        final int good = user.socket();
        assertEquals(-Errno.EINPROGRESS, user.connect(good, server.port()));
        user.add(epoll, good, EDGES);
        assertEquals(OUT, user.events(epoll, 1000).getFirst().bits());
        assertEquals(0, kernel.getOption(good, 1, 4));
        user.allEvents(epoll, 100);
        assertEquals("hello", user.receive(good, 100));
        assertEquals("[0]", user.receive(good, 100));
        kernel.close(good);
        server.close();
        final int refused = user.socket();
        user.connect(refused, server.port());
        user.add(epoll, refused, EDGES);
        assertEquals("IN|OUT|ERR|HUP|RDHUP", SimTrace.bits(user.events(epoll, 1000).getFirst().bits()));
        assertEquals(Errno.ECONNREFUSED, kernel.getOption(refused, 1, 4));
        kernel.close(refused);
        final int lost = user.socket();
        assertEquals(-Errno.EINPROGRESS, user.connect(lost, "192.0.2.1", 80));
        user.add(epoll, lost, EDGES);
        assertEquals(List.of(), user.events(epoll, 100_000));
        user.events(epoll, 100_000);
        assertEquals(Errno.ETIMEDOUT, kernel.getOption(lost, 1, 4));
        assertEquals(-Errno.ENETUNREACH, user.connect(user.socket(), "198.51.100.1", 80));
    }

    @Test
    void shouldAdvanceVirtualTimeToTheNextOccurrenceOrTheTimeOut() {
        kernel.callCost(0);
        final int epoll = kernel.epollCreate();
        final long start = kernel.monotonicNanos();
        assertEquals(List.of(), user.events(epoll, 3_600_000));
        assertEquals(3_600_000_000_000L, kernel.monotonicNanos() - start);
        final int counter = kernel.eventFd();
        user.add(epoll, counter, IN);
        kernel.world().after(7_000_000, () -> kernel.breakConnection(counter));
        final AssertionError stuck = assertThrows(AssertionError.class, () -> user.events(epoll, -1));
        assertTrue(stuck.getMessage().contains("nothing can happen"), stuck.getMessage());
        assertEquals(3_600_007_000_000L, kernel.monotonicNanos() - start);
    }

    @Test
    void shouldTakeTheSameCourseFromTheSameSeed() {
        final long first = exchangeHash(42);
        assertEquals(first, exchangeHash(42));
        assertTrue(first != exchangeHash(43), "another seed takes another course");
    }

    private static long exchangeHash(final long seed) {
        final SimKernel kernel = new SimKernel(seed, FaultPlan.harsh().with(Fault.SOCKET_EMFILE, 0));
        try (KernelUser user = new KernelUser(kernel)) {
            new EchoServer(kernel, user).serve(20, 5000);
        }
        return kernel.traceHash();
    }

    @Test
    void shouldPassDescriptorsOverAChannel() {
        final int epoll = kernel.epollCreate();
        final int listener = user.listen(8);
        final int[] pair = kernel.socketPair();
        user.add(epoll, pair[0], EDGES);
        user.allEvents(epoll, 0);
        final SimKernel.Channel channel = kernel.channel();
        assertEquals(2, kernel.sendDescriptors(channel.peer(), "ab".getBytes(), listener));
        kernel.close(listener);
        assertTrue(kernel.describe().contains("LISTEN") || !kernel.openFds().contains(listener));
        assertEquals("ab", user.receive(channel.fd(), 10));
    }

    @Test
    void shouldBoundDescriptors() {
        kernel.fdLimit(6);
        final int listener = user.listen(8);
        final int epoll = kernel.epollCreate();
        user.add(epoll, listener, IN | EDGE_TRIGGERED);
        kernel.world().connect(user.portOf(listener));
        kernel.world().connect(user.portOf(listener));
        kernel.world().sleep(1_000_000);
        final int fd = user.accept(listener);
        assertEquals(5, fd);
        assertEquals(-Errno.EMFILE, user.accept(listener));
        kernel.close(fd);
        assertEquals(5, user.accept(listener));
    }
}
