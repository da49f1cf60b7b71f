package io.sozu.worker;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.SockAddr;
import io.sozu.bindings.linux.SocketOptions;
import io.sozu.eventloop.Readiness;
import io.sozu.sessions.Connection;
import io.sozu.sessions.ConnectionPhase;
import io.sozu.sessions.Side;
import io.sozu.sessions.Slab;
import io.sozu.sessions.cluster.Backend;

/** Opens connections to backends. */
final class BackendConnector {
    /** All a connection is ever registered for: edges of everything, once. */
    static final int EDGES = EpollFlags.IN | EpollFlags.OUT | EpollFlags.RDHUP | EpollFlags.EDGE_TRIGGERED;

    private static final int CONNECTED = 1;

    private final Traffic traffic;

    BackendConnector(final Traffic traffic) {
        this.traffic = traffic;
    }

    /**
     * Starts to connect: the flyweight is on the new connection, in {@link ConnectionPhase#CONNECTING}.
     *
     * @param back the flyweight to use
     * @return 0 or {@code -errno}; {@code -ENOBUFS} when no slot is free
     */
    int open(final Connection back, final Backend backend, final int protocol) {
        final Kernel kernel = traffic.kernel();
        final int slot = traffic.connections().acquire();
        if (slot == Slab.NONE) {
            return -Errno.ENOBUFS;
        }
        final int fd = kernel.socket(SockAddr.family(backend.sockAddr()), SocketOptions.SOCK_STREAM, 0);
        final int result = fd < 0 ? fd : connect(kernel, fd, backend);
        if (result < 0) {
            if (fd >= 0) {
                kernel.close(fd);
            }
            traffic.connections().release(slot);
            return result;
        }
        back.wrap(slot).open(fd, Side.BACK, protocol);
        back.backend(backend.index(), backend.generation());
        back.enter(ConnectionPhase.CONNECTING);
        final int added = traffic.loop().add(fd, EDGES, back.token());
        if (added < 0) {
            kernel.close(fd);
            traffic.connections().release(slot);
            return added;
        }
        back.markRegistered();
        if (result == CONNECTED) {
            back.addReady(Readiness.WRITE);
        }
        backend.connectionOpened();
        return 0;
    }

    /** On a unix socket this is done at once or fails; it says {@code EAGAIN} when the backlog is full. */
    private static int connect(final Kernel kernel, final int fd, final Backend backend) {
        if (SockAddr.family(backend.sockAddr()) != SocketOptions.AF_UNIX) {
            kernel.setOption(fd, SocketOptions.IPPROTO_TCP, SocketOptions.TCP_NODELAY, 1);
        }
        final int result = kernel.connect(fd, backend.sockAddr(), backend.sockAddrBytes());
        if (result == 0) {
            return CONNECTED;
        }
        return result == -Errno.EINPROGRESS ? 0 : result;
    }
}
