package io.sozu.master.fleet;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.SockAddr;
import io.sozu.bindings.linux.SocketOptions;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.control.Order;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.ListenerProtocol;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The listening sockets: for each open listener one SO_REUSEPORT socket per worker slot.
 *
 * <p>They belong to the master, so their queues outlive the workers, which get copies. Those of one listener
 * are opened together or not at all. Belongs to the loop's thread.
 */
public final class ListenerSockets implements AutoCloseable {
    private static final int BACKLOG = 1024;

    private final Kernel kernel;
    private final int slots;
    private final Map<InetSocketAddress, Sockets> sockets = new LinkedHashMap<>();
    private final long address = NativeMemory.allocate(MemoryTag.SCRATCH, SockAddr.MAX_BYTES);

    /** The sockets of one listener, by slot. */
    private record Sockets(ListenerProtocol protocol, int[] fds) {
    }

    public ListenerSockets(final Kernel kernel, final int slots) {
        this.kernel = kernel;
        this.slots = slots;
    }

    /** Opens a listener's sockets, bound and listening, as {@link #bind} and {@link #listen} do. */
    public String open(final InetSocketAddress listener, final ListenerProtocol protocol) {
        final String problem = bind(listener, protocol);
        return problem != null ? problem : listen(listener);
    }

    /**
     * Opens a listener's sockets and reserves its address; no connection comes yet.
     *
     * @return null, or why it cannot be opened, in one line with the cure; then nothing is open
     */
    public String bind(final InetSocketAddress listener, final ListenerProtocol protocol) {
        assert !sockets.containsKey(listener) : listener;
        final int[] fds = new int[slots];
        for (int slot = 0; slot < slots; slot++) {
            fds[slot] = openOne(listener);
            if (fds[slot] < 0) {
                for (int opened = 0; opened < slot; opened++) {
                    kernel.close(fds[opened]);
                }
                return problem(listener, -fds[slot]);
            }
        }
        sockets.put(listener, new Sockets(protocol, fds));
        return null;
    }

    /**
     * Lets connections into the queues of a listener; without effect when they come already.
     *
     * @return null, or why they cannot come, in one line with the cure; then the listener is closed
     */
    public String listen(final InetSocketAddress listener) {
        for (final int fd : fds(listener)) {
            final int result = kernel.listen(fd, BACKLOG);
            if (result < 0) {
                close(listener);
                return problem(listener, -result);
            }
        }
        return null;
    }

    private static String problem(final InetSocketAddress listener, final int errno) {
        return "cannot listen on " + Addresses.format(listener) + ": " + Errno.describe(errno)
                + cure(errno, listener.getPort());
    }

    /** Tells whether another process listens on the address already, in the way that lets it be shared. */
    public boolean isShared(final InetSocketAddress listener) {
        final int fd = socket(listener);
        if (fd < 0) {
            return false;
        }
        kernel.setOption(fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEADDR, 1);
        final int result = kernel.bind(fd, address, SockAddr.write(address, listener));
        kernel.close(fd);
        return result == -Errno.EADDRINUSE;
    }

    public boolean isOpen(final InetSocketAddress listener) {
        return sockets.containsKey(listener);
    }

    /** Returns the addresses of the open listeners, in order of opening. */
    public Set<InetSocketAddress> listeners() {
        return sockets.keySet();
    }

    /** Returns the order that gives a slot's socket of an open listener to a worker. */
    Order.ActivateListener activation(final InetSocketAddress listener, final int slot) {
        return new Order.ActivateListener(listener, sockets.get(listener).protocol, true, slot);
    }

    /** Returns the order that takes a slot's socket of an open listener back from a worker. */
    Order.DeactivateListener deactivation(final InetSocketAddress listener, final int slot) {
        return new Order.DeactivateListener(listener, sockets.get(listener).protocol, false, slot);
    }

    /** Returns a slot's socket of an open listener; it stays open until {@link #close(InetSocketAddress)}. */
    public int fd(final InetSocketAddress listener, final int slot) {
        return sockets.get(listener).fds[slot];
    }

    /** Returns all sockets of a listener, none when it is not open. */
    public List<Integer> fds(final InetSocketAddress listener) {
        final List<Integer> fds = new ArrayList<>();
        if (isOpen(listener)) {
            for (final int fd : sockets.get(listener).fds) {
                fds.add(fd);
            }
        }
        return fds;
    }

    /**
     * Lets no new connection into a listener's queues while handshakes under way still end there: what a
     * queue holds when its socket is closed would be reset. A client that comes now tries again a second
     * later.
     */
    public void refuseConnections(final InetSocketAddress listener) {
        fds(listener).forEach(kernel::refuseConnections);
    }

    /**
     * Closes the master's copies of a listener's sockets; a socket is gone when no worker has a copy either.
     */
    public void close(final InetSocketAddress listener) {
        fds(listener).forEach(kernel::close);
        sockets.remove(listener);
    }

    /** Closes the master's copies of all sockets. */
    public void closeAll() {
        List.copyOf(sockets.keySet()).forEach(this::close);
    }

    @Override
    public void close() {
        closeAll();
        NativeMemory.free(MemoryTag.SCRATCH, address, SockAddr.MAX_BYTES);
    }

    private int socket(final InetSocketAddress listener) {
        final boolean inet6 = listener.getAddress() instanceof Inet6Address;
        final int family = inet6 ? SocketOptions.AF_INET6 : SocketOptions.AF_INET;
        final int fd = kernel.socket(family, SocketOptions.SOCK_STREAM, 0);
        if (fd >= 0 && inet6) {
            kernel.setOption(fd, SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_V6ONLY, 1);
        }
        return fd;
    }

    /** Accepted sockets inherit TCP_NODELAY, which spares a call per connection. */
    private int openOne(final InetSocketAddress listener) {
        final int fd = socket(listener);
        if (fd < 0) {
            return fd;
        }
        int result = kernel.setOption(fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEADDR, 1);
        if (result == 0) {
            result = kernel.setOption(fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEPORT, 1);
        }
        if (result == 0) {
            kernel.setOption(fd, SocketOptions.IPPROTO_TCP, SocketOptions.TCP_NODELAY, 1);
            result = kernel.bind(fd, address, SockAddr.write(address, listener));
        }
        if (result < 0) {
            kernel.close(fd);
            return result;
        }
        return fd;
    }

    private static String cure(final int errno, final int port) {
        return switch (errno) {
            case Errno.EADDRINUSE -> "; another process has it (ss -ltnp 'sport = :" + port
                    + "' shows which): stop that or choose another address";
            case Errno.EACCES, Errno.EPERM -> "; ports below 1024 need root or CAP_NET_BIND_SERVICE: "
                    + "grant it or choose a higher port";
            case Errno.EADDRNOTAVAIL ->
                    "; this machine has no such address: choose one that `ip address` shows";
            case Errno.EMFILE, Errno.ENFILE -> "; too many files are open: raise the limit (ulimit -n)";
            default -> "";
        };
    }
}
