package io.sozu.bindings.sim;

import static io.sozu.bindings.linux.EpollFlags.EDGE_TRIGGERED;
import static io.sozu.bindings.linux.EpollFlags.IN;
import static io.sozu.bindings.linux.EpollFlags.OUT;
import static io.sozu.bindings.linux.EpollFlags.RDHUP;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.Errno;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Simulated programs: what the program under test sees of slow, stuck, dying and absent ones. */
@ExtendWith(LeakCheck.class)
final class SimPeerTest {
    private static final int EDGES = IN | OUT | RDHUP | EDGE_TRIGGERED;
    private static final long MILLI = 1_000_000;
    private static final int SEND_BYTES = 20_000;
    private static final int RECEIVE_BYTES = 10_000;
    private final SimKernel kernel = new SimKernel(11);
    private final SimWorld world = kernel.world().buffers(SEND_BYTES, RECEIVE_BYTES);
    private final KernelUser user = new KernelUser(kernel);
    private final int epoll = kernel.epollCreate();

    @AfterEach
    void closeEverything() {
        kernel.closeAll();
        assertTrue(kernel.openFds().isEmpty());
        user.close();
    }

    private int accept(final int listener) {
        world.sleep(10 * MILLI);
        final int fd = user.accept(listener);
        assertTrue(fd > 0, () -> "accept " + fd + "\n" + kernel.describe());
        return fd;
    }

    @Test
    void shouldBoundWhatAPausedReaderIsSentAndAnnounceSpaceWhenItResumes() {
        final int listener = user.listen(8);
        final SimPeer client = world.connect(user.portOf(listener)).pauseReading();
        final int fd = accept(listener);
        user.add(epoll, fd, EDGES);
        user.allEvents(epoll, 10);
        long sent = 0;
        for (int i = 0; i < 5; i++) {
            sent += user.fill(fd);
            user.allEvents(epoll, 10);
        }
        assertEquals(SEND_BYTES + RECEIVE_BYTES, sent);
        assertEquals(0, client.receivedBytes());
        client.resumeReading();
        assertEquals(List.of(new KernelUser.Event(fd, OUT)), user.allEvents(epoll, 10));
        assertEquals(sent, client.receivedBytes());
    }

    @Test
    void shouldReadAndWriteAtTheSpeedAPeerIsGiven() {
        final int listener = user.listen(8);
        final SimPeer client = world.connect(user.portOf(listener)).readLimit(10).writeLimit(5);
        client.send(new byte[1000]);
        final int fd = accept(listener);
        assertEquals(1000, user.send(fd, new byte[1000], 1000));
        world.sleep(50 * MILLI);
        assertTrue(client.receivedBytes() >= 400 && client.receivedBytes() <= 600, client::toString);
        assertTrue(client.sentBytes() >= 250 && client.sentBytes() <= 350, client::toString);
        world.sleep(200 * MILLI);
        assertEquals(1000, client.receivedBytes());
        assertEquals(1000, client.sentBytes());
    }

    @Test
    void shouldDripBytes() {
        final int listener = user.listen(8);
        final SimPeer client = world.connect(user.portOf(listener));
        client.sendSlowly("abcdef".getBytes(StandardCharsets.US_ASCII), 2, 100 * MILLI);
        final int fd = accept(listener);
        assertEquals("ab", user.receive(fd, 100));
        world.sleep(100 * MILLI);
        assertEquals("cd", user.receive(fd, 100));
        assertEquals("[-11]", user.receive(fd, 100));
        world.sleep(100 * MILLI);
        assertEquals("ef", user.receive(fd, 100));
    }

    @Test
    void shouldResetByClosingWithUnreadBytesAndByOrder() {
        final int listener = user.listen(8);
        final SimPeer closing = world.connect(user.portOf(listener)).pauseReading();
        final int first = accept(listener);
        user.send(first, "unread");
        world.sleep(MILLI);
        closing.close();
        world.sleep(MILLI);
        assertEquals("[-104]", user.receive(first, 10));
        final SimPeer resetting = world.connect(user.portOf(listener)).send("last words");
        final int second = accept(listener);
        resetting.reset();
        world.sleep(MILLI);
        assertEquals("last words", user.receive(second, 100));
        assertEquals("[-104]", user.receive(second, 100));
        final SimPeer victim = world.connect(user.portOf(listener));
        kernel.lingerZero(accept(listener));
        kernel.closeAll();
        world.sleep(MILLI);
        assertTrue(victim.isReset(), victim::toString);
    }

    @Test
    void shouldLetClientsWaitWhileTheQueueIsFullAndRetry() {
        final int listener = user.listen(1);
        final List<SimPeer> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(world.connect(user.portOf(listener)));
            world.sleep(MILLI);
        }
        assertEquals(2, clients.stream().filter(SimPeer::isConnected).count());
        accept(listener);
        accept(listener);
        assertEquals(-Errno.EAGAIN, user.accept(listener));
        world.sleep(1100 * MILLI);
        accept(listener);
        accept(listener);
        assertTrue(clients.stream().allMatch(SimPeer::isConnected));
    }

    @Test
    void shouldGiveUpOnAPortThatNeverAnswers() {
        final SimListener server = world.listen(0, peer -> peer.send("x"));
        world.blackHole(server.port());
        final int fd = user.socket();
        user.connect(fd, server.port());
        user.add(epoll, fd, EDGES);
        assertEquals(List.of(), user.events(epoll, 60_000));
        world.clearBlackHole(server.port());
        assertEquals(OUT, user.events(epoll, 60_000).getFirst().bits());
        final SimPeer lost = world.connect("127.0.0.1", "192.0.2.7", 80);
        world.sleep(130_000 * MILLI);
        assertEquals(Errno.ETIMEDOUT, lost.errno());
        assertFalse(lost.isConnected());
    }

    @Test
    void shouldSpreadConnectionsOverSocketsOfOnePort() {
        final int first = user.socket();
        kernel.setOption(first, 1, 15, 1);
        assertEquals(0, user.bind(first, 8080));
        kernel.listen(first, 100);
        final int second = user.socket();
        assertEquals(-Errno.EADDRINUSE, user.bind(second, 8080));
        kernel.setOption(second, 1, 15, 1);
        assertEquals(0, user.bind(second, 8080));
        kernel.listen(second, 100);
        for (int i = 0; i < 40; i++) {
            world.connect(8080);
        }
        world.sleep(MILLI);
        int ofFirst = 0;
        while (user.accept(first) > 0) {
            ofFirst++;
        }
        int ofSecond = 0;
        while (user.accept(second) > 0) {
            ofSecond++;
        }
        assertEquals(40, ofFirst + ofSecond);
        assertTrue(ofFirst > 5 && ofSecond > 5, ofFirst + " and " + ofSecond);
    }

    @Test
    void shouldShowTheAddressAClientComesFrom() {
        final int listener = user.listen(8);
        final SimPeer client = world.connect("203.0.113.9", "127.0.0.1", user.portOf(listener));
        final int fd = accept(listener);
        assertEquals(client.localPort(), user.peerPortOf(fd));
        assertTrue(kernel.describe().contains("203.0.113.9:" + client.localPort()), kernel::describe);
        assertEquals(-Errno.ENOTCONN, user.peerPortOf(listener));
    }

    @Test
    void shouldDeliverDescriptorsOfAChannelPeer() {
        final SimKernel.Channel channel = kernel.channel();
        final int listener = user.listen(8);
        final int port = user.portOf(listener);
        final byte[] order = "order\0".getBytes(StandardCharsets.US_ASCII);
        assertEquals(6, kernel.sendDescriptors(channel.peer(), order, listener));
        kernel.close(listener);
        final SimPeer client = world.connect(port).send("hi");
        world.sleep(MILLI);
        final int passed = user.receiveDescriptor(channel.fd(), 100);
        assertTrue(passed > 0, () -> "no descriptor: " + passed);
        final int fd = accept(passed);
        assertEquals("hi", user.receive(fd, 10));
        assertTrue(client.isConnected());
        channel.peer().send("next");
        world.sleep(MILLI);
        assertEquals("next", user.receive(channel.fd(), 10));
        assertEquals(6, user.send(channel.fd(), "answer"));
        channel.peer().close();
        world.sleep(MILLI);
        assertEquals("[0]", user.receive(channel.fd(), 10));
        assertArrayEquals("answer".getBytes(StandardCharsets.US_ASCII), channel.peer().received());
    }

    @Test
    void shouldCloseDescriptorsInFlightWithTheirChannel() {
        final SimKernel.Channel channel = kernel.channel();
        final int listener = user.listen(8);
        final int port = user.portOf(listener);
        kernel.sendDescriptors(channel.peer(), new byte[1], listener);
        kernel.close(listener);
        kernel.close(channel.fd());
        final SimPeer refused = world.connect(port);
        world.sleep(MILLI);
        assertEquals(Errno.ECONNREFUSED, refused.errno());
    }
}
