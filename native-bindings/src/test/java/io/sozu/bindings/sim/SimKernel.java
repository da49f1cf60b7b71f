package io.sozu.bindings.sim;

import io.sozu.bindings.linux.EpollEvents;
import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.memory.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * A kernel of one thread and one seed: what it does depends on the seed, the plan and the calls alone.
 *
 * <p>Time is virtual: each call takes {@link #callCost}, a wait goes straight to what happens next. A wait
 * without end in which nothing can happen throws an {@link AssertionError} that says who waits for what.
 */
public final class SimKernel extends SimMachine {
    private static final int STREAM = 1;
    private static final int TYPE_MASK = 0xf;
    private static final int UNIX = 1;
    private static final int MSG_PEEK = 2;
    private static final int MSG_MORE = 0x8000;
    private static final int SOL_TCP = 6;
    private static final int TCP_ULP = 31;
    private static final int SOL_TLS = 282;
    private static final int TLS_TX = 1;
    private boolean hasTls = true;

    /** A kernel in which nothing goes wrong. */
    public SimKernel(final long seed) {
        this(seed, FaultPlan.none());
    }

    /** A kernel with faults. */
    public SimKernel(final long seed, final FaultPlan plan) {
        super(seed, plan);
    }

    @Override
    public int epollCreate() {
        enter();
        return open("epoll_create", new SimEpoll());
    }

    @Override
    public int epollControl(final int epollFd, final int operation, final int fd, final long eventAddress) {
        enter();
        return (int) traced("epoll_ctl." + operation, fd, control(epollFd, operation, fd, eventAddress));
    }

    private int control(final int epollFd, final int operation, final int fd, final long eventAddress) {
        final SimFile file = fds.file(fd);
        if (fds.file(epollFd) == null || file == null) {
            return -Errno.EBADF;
        }
        if (!(fds.file(epollFd) instanceof SimEpoll epoll) || epoll == file) {
            return -Errno.EINVAL;
        }
        if (operation == EpollFlags.DELETE) {
            return epoll.control(operation, fd, file, 0, 0);
        }
        if (eventAddress == 0) {
            return -Errno.EFAULT;
        }
        return epoll.control(operation, fd, file, EpollEvents.events(eventAddress, 0),
                EpollEvents.data(eventAddress, 0));
    }

    @Override
    public int epollWait(final int epollFd, final long eventsAddress, final int maxEvents,
            final int timeoutMillis) {
        enter();
        final SimFile file = fds.file(epollFd);
        if (!(file instanceof SimEpoll epoll) || maxEvents <= 0) {
            return (int) traced("epoll_wait", epollFd, file == null ? -Errno.EBADF : -Errno.EINVAL);
        }
        if (faults.happens(Fault.WAIT_INTERRUPTED)) {
            return (int) traced("epoll_wait", epollFd, -Errno.EINTR);
        }
        if (epoll.watchedCount() > 0 && faults.happens(Fault.SPURIOUS_EVENT)) {
            epoll.wakeSpuriously(faults.below(Fault.SPURIOUS_EVENT, epoll.watchedCount()));
        }
        final int count = await(epoll, eventsAddress, maxEvents, timeoutMillis);
        traced("epoll_wait", epollFd, count);
        for (int i = 0; i < count; i++) {
            trace.add("  " + Long.toHexString(EpollEvents.data(eventsAddress, i)) + " "
                    + SimTrace.bits(EpollEvents.events(eventsAddress, i)));
        }
        return count;
    }

    private int await(final SimEpoll epoll, final long eventsAddress, final int maxEvents,
            final int timeoutMillis) {
        final long limit = timeoutMillis < 0 ? Long.MAX_VALUE : clock.nowNanos() + timeoutMillis * 1_000_000L;
        while (true) {
            int room = maxEvents;
            if (epoll.readyCount() > 1 && faults.happens(Fault.EVENTS_REORDERED)) {
                epoll.promote(faults.below(Fault.EVENTS_REORDERED, epoll.readyCount()));
            }
            if (epoll.readyCount() > 1 && faults.happens(Fault.EVENTS_DELAYED)) {
                room = Math.min(room, 1 + faults.below(Fault.EVENTS_DELAYED, epoll.readyCount()));
            }
            final int count = epoll.collect(eventsAddress, room);
            if (count > 0) {
                return count;
            }
            if (clock.isRunning()) {
                return 0;
            }
            if (!clock.runNext(limit)) {
                if (timeoutMillis < 0) {
                    throw deadlock();
                }
                clock.advanceTo(limit);
                return 0;
            }
        }
    }

    @Override
    public int socket(final int domain, final int type, final int protocol) {
        enter();
        if (domain != SimAddress.INET && domain != SimAddress.INET6) {
            return (int) traced("socket", domain, -Errno.EAFNOSUPPORT);
        }
        if ((type & TYPE_MASK) != STREAM || protocol != 0 && protocol != 6) {
            return (int) traced("socket", domain, -Errno.EPROTONOSUPPORT);
        }
        if (faults.happens(Fault.SOCKET_EMFILE)) {
            return (int) traced("socket", domain, -Errno.EMFILE);
        }
        return open("socket", new SimTcp(world.network(), domain));
    }

    @Override
    public int bind(final int fd, final long sockAddrAddress, final int lengthBytes) {
        enter();
        final SimTcp socket = tcp(fd);
        final SimAddress address = SimAddress.read(sockAddrAddress, lengthBytes);
        final int result = socket == null ? notSocket(fd)
                : address == null ? -Errno.EINVAL : socket.bind(address);
        return (int) traced("bind " + address, fd, result);
    }

    @Override
    public int listen(final int fd, final int backlog) {
        enter();
        final SimTcp socket = tcp(fd);
        return (int) traced("listen", fd, socket == null ? notSocket(fd) : socket.listen(backlog));
    }

    @Override
    public int accept(final int fd, final long sockAddrAddress, final long lengthAddress) {
        enter();
        final SimTcp socket = tcp(fd);
        if (socket == null || !socket.isListening()) {
            return (int) traced("accept", fd, socket == null ? notSocket(fd) : -Errno.EINVAL);
        }
        if (fds.isFull()) {
            return (int) traced("accept", fd, -Errno.EMFILE);
        }
        if (!socket.backlog().isEmpty()) {
            if (faults.happens(Fault.ACCEPT_EMFILE)) {
                return (int) traced("accept", fd, -Errno.EMFILE);
            }
            if (faults.happens(Fault.ACCEPT_ABORTED)) {
                socket.backlog().take().abort();
                return (int) traced("accept", fd, -Errno.ECONNABORTED);
            }
        }
        final SimTcp child = socket.backlog().take();
        if (child == null) {
            return (int) traced("accept", fd, -Errno.EAGAIN);
        }
        child.targetAddress().write(child.family, sockAddrAddress, lengthAddress);
        return (int) traced("accept", fd, fds.open(child));
    }

    @Override
    public int connect(final int fd, final long sockAddrAddress, final int lengthBytes) {
        enter();
        final SimTcp socket = tcp(fd);
        final SimAddress address = SimAddress.read(sockAddrAddress, lengthBytes);
        if (socket == null || address == null) {
            return (int) traced("connect", fd, socket == null ? notSocket(fd) : -Errno.EINVAL);
        }
        return (int) traced("connect " + address, fd, connect(socket, address));
    }

    private int connect(final SimTcp socket, final SimAddress address) {
        if (socket.state() != SimTcp.State.CLOSED || socket.targetAddress() != null) {
            return socket.connect(address);
        }
        if (faults.happens(Fault.CONNECT_UNREACHABLE)) {
            return -Errno.ENETUNREACH;
        }
        if (faults.happens(Fault.CONNECT_TIMEOUT)) {
            return world.network().connectInVain(socket, address, Errno.ETIMEDOUT, SimNetwork.GIVE_UP_NANOS);
        }
        if (faults.happens(Fault.CONNECT_REFUSED)) {
            final long delayNanos = faults.delayNanos(Fault.CONNECT_REFUSED);
            return world.network().connectInVain(socket, address, Errno.ECONNREFUSED, delayNanos);
        }
        return socket.connect(address);
    }

    @Override
    public long receive(final int fd, final long address, final long lengthBytes, final int flags) {
        enter();
        final SimSocket socket = stream(fd);
        return traced("recv " + lengthBytes, fd, socket == null ? notSocket(fd)
                : streams.receive(socket, address, lengthBytes, (flags & MSG_PEEK) != 0));
    }

    @Override
    public long send(final int fd, final long address, final long lengthBytes, final int flags) {
        enter();
        final SimSocket socket = stream(fd);
        return traced("send " + lengthBytes, fd, socket == null ? notSocket(fd)
                : streams.send(socket, address, lengthBytes, (flags & MSG_MORE) != 0));
    }

    @Override
    public long sendVector(final int fd, final long iovecAddress, final int iovecCount) {
        enter();
        final SimSocket socket = stream(fd);
        return traced("sendv", fd, socket == null ? notSocket(fd)
                : streams.sendVector(socket, iovecAddress, iovecCount, List.of(),
                        SimRecords.APPLICATION_DATA));
    }

    @Override
    public long sendMessage(final int fd, final long msghdrAddress, final int flags) {
        enter();
        final SimSocket socket = stream(fd);
        final List<SimFile> files = new ArrayList<>();
        final int bad = socket == null ? notSocket(fd) : messages.takeRights(msghdrAddress, files);
        return traced("sendmsg fds " + files.size(), fd, bad != 0 ? bad : streams.sendVector(socket,
                SimMessages.iovecAddress(msghdrAddress), SimMessages.iovecCount(msghdrAddress), files,
                SimMessages.recordType(msghdrAddress)));
    }

    @Override
    public long receiveMessage(final int fd, final long msghdrAddress, final int flags) {
        enter();
        final SimSocket socket = stream(fd);
        if (socket == null) {
            return traced("recvmsg", fd, notSocket(fd));
        }
        final List<SimFile> files = new ArrayList<>();
        final long count = streams.receiveVector(socket, SimMessages.iovecAddress(msghdrAddress),
                SimMessages.iovecCount(msghdrAddress), (flags & MSG_PEEK) != 0, files);
        if (count >= 0) {
            messages.putRights(msghdrAddress, files);
        }
        return traced("recvmsg fds " + files.size(), fd, count);
    }

    @Override
    public long read(final int fd, final long address, final long lengthBytes) {
        if (fds.file(fd) instanceof SimEventFd counter) {
            enter();
            return traced("read", fd, counter.read(address, lengthBytes));
        }
        if (fds.file(fd) instanceof SimEpoll) {
            return traced("read", fd, -Errno.EINVAL);
        }
        return receive(fd, address, lengthBytes, 0);
    }

    @Override
    public long write(final int fd, final long address, final long lengthBytes) {
        if (fds.file(fd) instanceof SimEventFd counter) {
            enter();
            return traced("write", fd, counter.write(address, lengthBytes));
        }
        if (fds.file(fd) instanceof SimEpoll) {
            return traced("write", fd, -Errno.EINVAL);
        }
        return send(fd, address, lengthBytes, 0);
    }

    @Override
    public int shutdown(final int fd, final int how) {
        enter();
        final SimSocket socket = stream(fd);
        final int result = how < 0 || how > 2 ? -Errno.EINVAL : socket == null ? notSocket(fd)
                : socket.shutdown(how + 1);
        return (int) traced("shutdown." + how, fd, result);
    }

    @Override
    public int close(final int fd) {
        enter();
        return (int) traced("close", fd, fds.close(fd));
    }

    @Override
    public int setOption(final int fd, final int level, final int name, final int value) {
        enter();
        final SimSocket socket = stream(fd);
        return (int) traced("setsockopt " + level + "." + name + "=" + value, fd,
                socket == null ? notSocket(fd) : socket.setOption(level, name, value));
    }

    @Override
    public int setOption(final int fd, final int level, final int name, final long valueAddress,
            final int lengthBytes) {
        enter();
        final SimSocket socket = stream(fd);
        return (int) traced("setsockopt " + level + "." + name, fd,
                socket == null ? notSocket(fd) : option(socket, level, name, valueAddress, lengthBytes));
    }

    private int option(final SimSocket socket, final int level, final int name, final long valueAddress,
            final int lengthBytes) {
        if (level == SOL_TCP && name == TCP_ULP) {
            return !hasTls ? -Errno.ENOENT : socket.remoteAddress() == null ? -Errno.ENOTCONN : 0;
        }
        return level == SOL_TLS && name == TLS_TX && hasTls
                ? SimRecords.start(socket, valueAddress, lengthBytes) : -Errno.ENOPROTOOPT;
    }

    /** Sets whether the kernel can make records of TLS, as most can. */
    public void offerTls(final boolean offered) {
        hasTls = offered;
    }

    @Override
    public int resetOnClose(final int fd) {
        enter();
        return (int) traced("setsockopt linger", fd, lingerZero(fd));
    }

    @Override
    public int refuseConnections(final int fd) {
        enter();
        final SimTcp socket = tcp(fd);
        if (socket != null) {
            socket.backlog().refuse();
        }
        return (int) traced("setsockopt filter", fd, socket == null ? notSocket(fd) : 0);
    }

    @Override
    public int getOption(final int fd, final int level, final int name) {
        enter();
        final SimSocket socket = stream(fd);
        return (int) traced("getsockopt " + level + "." + name, fd,
                socket == null ? notSocket(fd) : socket.getOption(level, name));
    }

    @Override
    public int socketName(final int fd, final long sockAddrAddress, final long lengthAddress) {
        enter();
        final SimSocket socket = stream(fd);
        return (int) traced("getsockname", fd, socket == null ? notSocket(fd)
                : name(socket.family, socket.localAddress(), sockAddrAddress, lengthAddress));
    }

    @Override
    public int peerName(final int fd, final long sockAddrAddress, final long lengthAddress) {
        enter();
        final SimSocket socket = stream(fd);
        final boolean lacks = socket instanceof SimTcp && socket.remoteAddress() == null;
        return (int) traced("getpeername", fd, socket == null ? notSocket(fd) : lacks ? -Errno.ENOTCONN
                : name(socket.family, socket.remoteAddress(), sockAddrAddress, lengthAddress));
    }

    private static int name(final int family, final SimAddress name, final long address,
            final long lengthAddress) {
        if (family == UNIX) {
            Memory.putShort(address, (short) UNIX);
            Memory.putInt(lengthAddress, Short.BYTES);
        } else {
            name.write(family, address, lengthAddress);
        }
        return 0;
    }

    @Override
    public int eventFd() {
        enter();
        return open("eventfd", new SimEventFd());
    }

    @Override
    public long monotonicNanos() {
        enter();
        return clock.nowNanos();
    }

    @Override
    public long wallNanos() {
        enter();
        return wallNow();
    }
}
