package io.sozu.worker;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.SockAddr;
import io.sozu.bindings.linux.SocketOptions;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.eventloop.EventHandler;
import io.sozu.eventloop.Readiness;
import io.sozu.eventloop.Token;
import io.sozu.protocols.tls.TlsListeners;
import io.sozu.sessions.Connection;
import io.sozu.sessions.ConnectionPhase;
import io.sozu.sessions.Side;
import io.sozu.sessions.Slab;
import java.util.Arrays;

/**
 * Takes connections from listening sockets while there is a slot and a page for them; what is not taken waits
 * in the kernel's queue. At {@code max_connections} it stops, and goes on when a tenth of them has gone.
 *
 * <p>Owns the listening sockets it was given. Their slots in the run queue follow those of the connections.
 */
final class Acceptor implements EventHandler, AutoCloseable {
    /** The most sockets a worker listens on, borrowed ones included. */
    static final int SOCKETS_MAX = 4096;
    private static final int ACCEPTS_PER_RUN = 64;
    private static final int NONE = -1;
    private static final int RESUME_PERCENT = 90;
    /** How long descriptors are waited for once there are none: no edge tells when there are again. */
    private static final long RETRY_NANOS = 100_000_000;
    private static final int PEER_TEXT = SockAddr.MAX_BYTES + Long.BYTES;
    private static final int SCRATCH_BYTES = PEER_TEXT + SockAddr.MAX_IP_TEXT_BYTES;

    private final Traffic traffic;
    private final ListenerTable listeners;
    private final TlsListeners tls;
    private final Closer closer;
    private final Admission admission;
    private final WorkerMetrics metrics;
    private final int maxConnections;
    private final int firstRunSlot;
    private final Connection connection;
    private final long peer = NativeMemory.allocate(MemoryTag.SCRATCH, SCRATCH_BYTES);
    private final long peerLength = peer + SockAddr.MAX_BYTES;
    private final long peerText = peer + PEER_TEXT;
    private final int[] fds = new int[SOCKETS_MAX];
    private final int[] owners = new int[SOCKETS_MAX];
    private final int[] workerSlots = new int[SOCKETS_MAX];
    private final int[] generations = new int[SOCKETS_MAX];
    private final boolean[] waiting = new boolean[SOCKETS_MAX];
    private int sockets;
    private int waitingCount;
    private boolean full;

    Acceptor(final Traffic traffic, final ListenerTable listeners, final Closer closer,
            final int maxConnections) {
        this.traffic = traffic;
        this.listeners = listeners;
        this.tls = listeners.tls();
        this.closer = closer;
        this.admission = closer.admission();
        this.metrics = closer.metrics();
        this.maxConnections = maxConnections;
        this.firstRunSlot = traffic.connections().slots();
        this.connection = traffic.newConnection();
        Arrays.fill(fds, NONE);
    }

    /**
     * Listens on a socket of a worker slot from now on; control path.
     *
     * @return 0 or {@code -errno}; the descriptor is the acceptor's only on 0
     */
    int add(final int listener, final int workerSlot, final int fd) {
        int index = 0;
        while (index < SOCKETS_MAX && fds[index] != NONE) {
            index++;
        }
        if (index == SOCKETS_MAX) {
            return -Errno.ENOBUFS;
        }
        traffic.kernel().setOption(fd, SocketOptions.IPPROTO_TCP, SocketOptions.TCP_NODELAY, 1);
        final int result = traffic.loop().add(fd, EpollFlags.IN | EpollFlags.EDGE_TRIGGERED,
                Token.of(Token.LISTENER, ++generations[index], index));
        if (result < 0) {
            return result;
        }
        fds[index] = fd;
        owners[index] = listener;
        workerSlots[index] = workerSlot;
        sockets = Math.max(sockets, index + 1);
        return 0;
    }

    /** Returns whether it listens on the socket of a worker slot. */
    boolean has(final int listener, final int workerSlot) {
        return find(listener, workerSlot) != NONE;
    }

    private int find(final int listener, final int workerSlot) {
        for (int index = 0; index < sockets; index++) {
            if (fds[index] != NONE && owners[index] == listener && workerSlots[index] == workerSlot) {
                return index;
            }
        }
        return NONE;
    }

    /** Closes our descriptor of a socket, whose queue lives on in the master's; control path. */
    void remove(final int listener, final int workerSlot) {
        final int index = find(listener, workerSlot);
        if (index != NONE) {
            close(index);
        }
    }

    /** As {@link #remove}, for all sockets of a listener. */
    void removeAll(final int listener) {
        for (int index = 0; index < sockets; index++) {
            if (fds[index] != NONE && owners[index] == listener) {
                close(index);
            }
        }
    }

    /** Makes every socket deaf: nothing new enters the queues, what is in them is still accepted. */
    void refuseNew() {
        for (int index = 0; index < sockets; index++) {
            if (fds[index] != NONE) {
                traffic.kernel().refuseConnections(fds[index]);
            }
        }
    }

    /** Looks at every queue, edge or no edge. */
    void runAll() {
        for (int index = 0; index < sockets; index++) {
            if (fds[index] != NONE) {
                traffic.queue().add(firstRunSlot + index);
            }
        }
    }

    /** Closes our descriptors of all sockets. */
    void closeAll() {
        for (int index = 0; index < sockets; index++) {
            if (fds[index] != NONE) {
                close(index);
            }
        }
    }

    private void close(final int index) {
        traffic.loop().remove(fds[index]);
        traffic.kernel().close(fds[index]);
        traffic.wheel().disarm(firstRunSlot + index);
        fds[index] = NONE;
        stopWaiting(index);
    }

    @Override
    public void onEvent(final long token, final int events, final long nowNanos) {
        final int index = Token.slot(token);
        if (fds[index] != NONE && generations[index] == Token.generation(token)) {
            traffic.queue().add(firstRunSlot + index);
        }
    }

    /** Accepts from a socket until its queue is empty, the budget is spent, or there is no place. */
    void onRun(final int runSlot, final long nowNanos) {
        final int index = runSlot - firstRunSlot;
        if (fds[index] == NONE) {
            return;
        }
        for (int i = 0; i < ACCEPTS_PER_RUN; i++) {
            if (!hasPlace()) {
                startWaiting(index);
                return;
            }
            if (!admission.hasRoom(owners[index])) {
                if (startWaiting(index)) {
                    admission.held(nowNanos);
                }
                return;
            }
            final long paceNanos = admission.paceNanos(owners[index], nowNanos);
            if (paceNanos > 0) {
                traffic.wheel().arm(runSlot, nowNanos + paceNanos);
                return;
            }
            Memory.putInt(peerLength, SockAddr.MAX_BYTES);
            final int fd = traffic.kernel().accept(fds[index], peer, peerLength);
            if (fd >= 0) {
                open(index, fd, nowNanos);
            } else if (fd == -Errno.EAGAIN) {
                return;
            } else if (fd != -Errno.ECONNABORTED) {
                traffic.wheel().arm(runSlot, nowNanos + RETRY_NANOS);
                return;
            }
        }
        traffic.queue().add(runSlot);
    }

    private boolean hasPlace() {
        if (listeners.connections() >= maxConnections && closer.eviction().canMakePlace()) {
            return traffic.pool().hasRequestPage();
        }
        if (full && (long) listeners.connections() * 100 > (long) maxConnections * RESUME_PERCENT) {
            return false;
        }
        full = false;
        if (listeners.connections() >= maxConnections) {
            full = true;
            metrics.counters.increment(metrics.capped);
            return false;
        }
        return traffic.pool().hasRequestPage();
    }

    private void open(final int index, final int fd, final long nowNanos) {
        final int listener = owners[index];
        final int claim = admission.claim(listener, SockAddr.network(peer), nowNanos);
        if (claim == Admission.REFUSED) {
            refuse(fd, nowNanos);
        } else if (!open(listener, fd, claim, nowNanos)) {
            traffic.kernel().close(fd);
            admission.release(claim);
        }
    }

    /** Tells a client that it gets nothing and forgets it: nothing stays, not even in the kernel. */
    private void refuse(final int fd, final long nowNanos) {
        admission.refused(peerText, SockAddr.renderIp(peer, peerText), nowNanos);
        traffic.kernel().resetOnClose(fd);
        traffic.kernel().close(fd);
    }

    private boolean open(final int listener, final int fd, final int claim, final long nowNanos) {
        if (listeners.connections() >= maxConnections) {
            closer.eviction().makePlace(closer);
        }
        final int slot = traffic.connections().acquire();
        if (slot == Slab.NONE) {
            return false;
        }
        final boolean secure = tls.isSecure(listener);
        connection.wrap(slot).open(fd, Side.FRONT, secure ? Machines.TLS : Machines.HTTP1);
        connection.listener(listener);
        connection.listenerClaim(claim);
        connection.source(SockAddr.network(peer));
        connection.peerPort(SockAddr.port(peer));
        connection.peerTextBytes(SockAddr.renderIp(peer, connection.peerTextAddress()));
        connection.addReady(Readiness.READ | Readiness.WRITE);
        connection.enter(secure ? ConnectionPhase.HANDSHAKE : ConnectionPhase.IDLE);
        connection.lastActivityNanos(nowNanos);
        connection.openedNanos(nowNanos);
        connection.deadlineNanos(nowNanos + (secure ? tls.handshakeNanos(listener)
                : listeners.profiles().get(listener).requestTimeoutNanos()));
        traffic.armDeadline(connection);
        traffic.queue().add(slot);
        if (!secure) {
            closer.eviction().becameIdle(connection);
        }
        listeners.connectionOpened(listener);
        metrics.counters.increment(metrics.accepted);
        return true;
    }

    private boolean startWaiting(final int index) {
        if (waiting[index]) {
            return false;
        }
        waiting[index] = true;
        waitingCount++;
        metrics.counters.set(metrics.backpressure, waitingCount);
        return true;
    }

    private void stopWaiting(final int index) {
        if (waiting[index]) {
            waiting[index] = false;
            waitingCount--;
            metrics.counters.set(metrics.backpressure, waitingCount);
        }
    }

    /** Goes on with sockets that waited for a place, once there is one again; a last step of each turn. */
    void resume() {
        if (waitingCount == 0 || !hasPlace()) {
            return;
        }
        for (int index = 0; index < sockets; index++) {
            if (waiting[index] && admission.hasRoom(owners[index])) {
                stopWaiting(index);
                traffic.queue().add(firstRunSlot + index);
            }
        }
    }

    @Override
    public void close() {
        closeAll();
        NativeMemory.free(MemoryTag.SCRATCH, peer, SCRATCH_BYTES);
    }
}
