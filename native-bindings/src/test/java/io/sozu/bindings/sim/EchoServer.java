package io.sozu.bindings.sim;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A correct edge-triggered echo program and its clients: gentle faults lose none of its bytes. */
final class EchoServer {
    private static final int EDGES =
            EpollFlags.IN | EpollFlags.OUT | EpollFlags.RDHUP | EpollFlags.EDGE_TRIGGERED;
    private static final int MAX_HELD_BYTES = 3000;
    private final SimKernel kernel;
    private final KernelUser user;
    private final Map<Integer, Connection> connections = new HashMap<>();
    private final List<SimPeer> clients = new ArrayList<>();
    private final List<byte[]> sent = new ArrayList<>();
    private int epoll;
    private int listener;
    private boolean acceptAgain;

    private static final class Connection {
        private String held = "";
        private boolean readable = true;
        private boolean writable = true;
        private boolean ended;
    }

    EchoServer(final SimKernel kernel, final KernelUser user) {
        this.kernel = kernel;
        this.user = user;
    }

    /** Returns how many clients got back exactly what they sent. */
    long satisfied() {
        long count = 0;
        for (int i = 0; i < clients.size(); i++) {
            count += Arrays.equals(sent.get(i), clients.get(i).received()) ? 1 : 0;
        }
        return count;
    }

    /** Serves clients that send so many bytes each and finish, until none is left or a time has passed. */
    void serve(final int clientCount, final int bytesEach) {
        epoll = kernel.epollCreate();
        listener = user.listen(4);
        user.add(epoll, listener, EpollFlags.IN | EpollFlags.EDGE_TRIGGERED);
        final int port = user.portOf(listener);
        final SplittableRandom random = new SplittableRandom(kernel.seed());
        for (int i = 0; i < clientCount; i++) {
            final byte[] bytes = new byte[bytesEach];
            random.nextBytes(bytes);
            final int piece = 1 + random.nextInt(bytesEach);
            kernel.world().after(random.nextLong(50_000_000), () -> {
                sent.add(bytes);
                clients.add(kernel.world().connect(port).onError(SimPeer::close).onEnd(SimPeer::close)
                        .readLimit(1 + random.nextInt(2000)).send(bytes).shutdownWrite().writeLimit(piece));
            });
        }
        final long end = kernel.monotonicNanos() + 600_000_000_000L;
        while (kernel.monotonicNanos() < end && !(clients.size() == clientCount
                && clients.stream().allMatch(SimPeer::isClosed) && connections.isEmpty())) {
            turn();
        }
        kernel.close(listener);
        kernel.close(epoll);
    }

    private void turn() {
        final List<KernelUser.Event> events;
        try {
            events = user.events(epoll, 1000);
        } catch (final AssertionError interrupted) {
            if (interrupted.getMessage().endsWith(": -" + Errno.EINTR)) {
                return;
            }
            throw interrupted;
        }
        for (final KernelUser.Event event : events) {
            if (event.data() == listener) {
                acceptAgain = true;
                continue;
            }
            final Connection connection = connections.get((int) event.data());
            connection.readable |= (event.bits() & ~EpollFlags.OUT) != 0;
            connection.writable |= (event.bits() & ~EpollFlags.IN) != 0;
            move((int) event.data(), connection);
        }
        if (acceptAgain) {
            acceptAll();
        }
    }

    private void acceptAll() {
        while (true) {
            final int fd = user.accept(listener);
            if (fd == -Errno.EMFILE || fd == -Errno.ECONNABORTED) {
                return;
            }
            if (fd < 0) {
                acceptAgain = false;
                return;
            }
            connections.put(fd, new Connection());
            user.add(epoll, fd, EDGES);
        }
    }

    private void move(final int fd, final Connection connection) {
        boolean moved = true;
        while (moved) {
            moved = false;
            if (connection.readable && !connection.ended && connection.held.length() < MAX_HELD_BYTES) {
                final String text = user.receive(fd, MAX_HELD_BYTES - connection.held.length());
                if (text.startsWith("[-") && text.endsWith("]") && !text.equals("[-" + Errno.EAGAIN + "]")) {
                    close(fd);
                    return;
                }
                connection.ended = text.equals("[0]");
                connection.readable = !text.equals("[-" + Errno.EAGAIN + "]");
                moved = connection.readable && !connection.ended;
                connection.held += moved ? text : "";
            }
            if (connection.writable && !connection.held.isEmpty()) {
                final long count = user.send(fd, connection.held);
                if (count < 0 && count != -Errno.EAGAIN) {
                    close(fd);
                    return;
                }
                connection.writable = count == connection.held.length();
                moved |= count > 0;
                connection.held = connection.held.substring((int) Math.max(0, count));
            }
        }
        if (connection.ended && connection.held.isEmpty()) {
            close(fd);
        }
    }

    private void close(final int fd) {
        connections.remove(fd);
        kernel.close(fd);
    }
}
