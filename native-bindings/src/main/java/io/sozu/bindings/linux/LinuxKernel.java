package io.sozu.bindings.linux;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.lang.foreign.MemorySegment;

/**
 * The real kernel, called through the C library.
 *
 * <p>An instance belongs to one thread and owns a small block of native memory until {@link #close()}. No
 * call allocates. What a signal interrupted is called again, but for {@link #epollWait}.
 */
public final class LinuxKernel implements Kernel, AutoCloseable {
    private static final int NONBLOCK_CLOEXEC = SocketOptions.SOCK_NONBLOCK | SocketOptions.SOCK_CLOEXEC;
    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int CLOCK_REALTIME = 0;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private static final MemorySegment EPOLL_CREATE1 = Downcalls.function("epoll_create1");
    private static final MemorySegment EPOLL_CTL = Downcalls.function("epoll_ctl");
    private static final MemorySegment EPOLL_WAIT = Downcalls.function("epoll_wait");
    private static final MemorySegment SOCKET = Downcalls.function("socket");
    private static final MemorySegment BIND = Downcalls.function("bind");
    private static final MemorySegment LISTEN = Downcalls.function("listen");
    private static final MemorySegment ACCEPT4 = Downcalls.function("accept4");
    private static final MemorySegment CONNECT = Downcalls.function("connect");
    private static final MemorySegment RECV = Downcalls.function("recv");
    private static final MemorySegment SEND = Downcalls.function("send");
    private static final MemorySegment SENDMSG = Downcalls.function("sendmsg");
    private static final MemorySegment RECVMSG = Downcalls.function("recvmsg");
    private static final MemorySegment READ = Downcalls.function("read");
    private static final MemorySegment WRITE = Downcalls.function("write");
    private static final MemorySegment SHUTDOWN = Downcalls.function("shutdown");
    private static final MemorySegment CLOSE = Downcalls.function("close");
    private static final MemorySegment SETSOCKOPT = Downcalls.function("setsockopt");
    private static final MemorySegment GETSOCKOPT = Downcalls.function("getsockopt");
    private static final MemorySegment GETSOCKNAME = Downcalls.function("getsockname");
    private static final MemorySegment GETPEERNAME = Downcalls.function("getpeername");
    private static final MemorySegment EVENTFD = Downcalls.function("eventfd");
    private static final MemorySegment CLOCK_GETTIME = Downcalls.function("clock_gettime");

    /*
     *  0        4        8                16                                72
     *  +--------+--------+----------------+---------------------------------+------------+
     *  | option | length | (both words: struct timespec)  struct msghdr     | SYN filter |
     *  +--------+--------+----------------+---------------------------------+------------+
     */
    private static final int OPTION = 0;
    private static final int OPTION_LENGTH = 4;
    private static final int TIME = 0;
    private static final int MESSAGE = 16;
    private static final int FILTER = MESSAGE + MessageHeader.SIZE_BYTES;
    private static final int SCRATCH_BYTES = FILTER + SynFilter.SIZE_BYTES;

    private final Downcalls calls = new Downcalls();
    private final long scratch = NativeMemory.allocate(MemoryTag.EVENTS, SCRATCH_BYTES);

    /** Allocates the native block; the calling thread owns the instance. */
    public LinuxKernel() {
    }

    @Override
    public int epollCreate() {
        return calls.intResult(calls.plain1(EPOLL_CREATE1, EPOLL_CLOEXEC));
    }

    @Override
    public int epollControl(final int epollFd, final int operation, final int fd, final long eventAddress) {
        return calls.intResult(calls.quick4(EPOLL_CTL, epollFd, operation, fd, eventAddress));
    }

    @Override
    public int epollWait(final int epollFd, final long eventsAddress, final int maxEvents,
            final int timeoutMillis) {
        return calls.intResult(calls.plain4(EPOLL_WAIT, epollFd, eventsAddress, maxEvents, timeoutMillis));
    }

    @Override
    public int socket(final int domain, final int type, final int protocol) {
        return calls.intResult(calls.quick3(SOCKET, domain, type | NONBLOCK_CLOEXEC, protocol));
    }

    /** A path's directory may be on a slow disk, so this may block. */
    @Override
    public int bind(final int fd, final long sockAddrAddress, final int lengthBytes) {
        return calls.intResult(calls.plain3(BIND, fd, sockAddrAddress, lengthBytes));
    }

    @Override
    public int listen(final int fd, final int backlog) {
        return calls.intResult(calls.quick2(LISTEN, fd, backlog));
    }

    @Override
    public int accept(final int fd, final long sockAddrAddress, final long lengthAddress) {
        int result;
        do {
            result = calls.intResult(
                    calls.quick4(ACCEPT4, fd, sockAddrAddress, lengthAddress, NONBLOCK_CLOEXEC));
        } while (result == -Errno.EINTR);
        return result;
    }

    @Override
    public int connect(final int fd, final long sockAddrAddress, final int lengthBytes) {
        return calls.intResult(calls.quick3(CONNECT, fd, sockAddrAddress, lengthBytes));
    }

    @Override
    public long receive(final int fd, final long address, final long lengthBytes, final int flags) {
        long result;
        do {
            result = calls.longResult(calls.quick4(RECV, fd, address, lengthBytes, flags));
        } while (result == -Errno.EINTR);
        return result;
    }

    @Override
    public long send(final int fd, final long address, final long lengthBytes, final int flags) {
        final int quiet = flags | SocketOptions.MSG_NOSIGNAL;
        long result;
        do {
            result = calls.longResult(calls.quick4(SEND, fd, address, lengthBytes, quiet));
        } while (result == -Errno.EINTR);
        return result;
    }

    @Override
    public long sendVector(final int fd, final long iovecAddress, final int iovecCount) {
        final long message = scratch + MESSAGE;
        MessageHeader.vector(message, iovecAddress, iovecCount);
        return sendMessage(fd, message, 0);
    }

    @Override
    public long sendMessage(final int fd, final long msghdrAddress, final int flags) {
        final int quiet = flags | SocketOptions.MSG_NOSIGNAL;
        long result;
        do {
            result = calls.longResult(calls.quick3(SENDMSG, fd, msghdrAddress, quiet));
        } while (result == -Errno.EINTR);
        return result;
    }

    @Override
    public long receiveMessage(final int fd, final long msghdrAddress, final int flags) {
        final int closing = flags | SocketOptions.MSG_CMSG_CLOEXEC;
        long result;
        do {
            result = calls.longResult(calls.quick3(RECVMSG, fd, msghdrAddress, closing));
        } while (result == -Errno.EINTR);
        return result;
    }

    @Override
    public long read(final int fd, final long address, final long lengthBytes) {
        long result;
        do {
            result = calls.longResult(calls.plain3(READ, fd, address, lengthBytes));
        } while (result == -Errno.EINTR);
        return result;
    }

    @Override
    public long write(final int fd, final long address, final long lengthBytes) {
        long result;
        do {
            result = calls.longResult(calls.plain3(WRITE, fd, address, lengthBytes));
        } while (result == -Errno.EINTR);
        return result;
    }

    @Override
    public int shutdown(final int fd, final int how) {
        return calls.intResult(calls.quick2(SHUTDOWN, fd, how));
    }

    /** An interrupted close has closed, close(2): calling it again could hit another's descriptor. */
    @Override
    public int close(final int fd) {
        final int result = calls.intResult(calls.plain1(CLOSE, fd));
        return result == -Errno.EINTR ? 0 : result;
    }

    @Override
    public int setOption(final int fd, final int level, final int name, final int value) {
        Memory.putInt(scratch + OPTION, value);
        return calls.intResult(calls.quick5(SETSOCKOPT, fd, level, name, scratch + OPTION, Integer.BYTES));
    }

    @Override
    public int setOption(final int fd, final int level, final int name, final long valueAddress,
            final int lengthBytes) {
        return calls.intResult(calls.quick5(SETSOCKOPT, fd, level, name, valueAddress, lengthBytes));
    }

    @Override
    public int resetOnClose(final int fd) {
        final long on = scratch + OPTION;
        Memory.putInt(on, 1);
        Memory.putInt(on + Integer.BYTES, 0);
        return calls.intResult(calls.quick5(SETSOCKOPT, fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_LINGER,
                on,
                2 * Integer.BYTES));
    }

    @Override
    public int refuseConnections(final int fd) {
        return calls.intResult(calls.quick5(SETSOCKOPT, fd, SocketOptions.SOL_SOCKET,
                SocketOptions.SO_ATTACH_FILTER, SynFilter.write(scratch + FILTER), SynFilter.PROGRAM_BYTES));
    }

    @Override
    public int getOption(final int fd, final int level, final int name) {
        Memory.putInt(scratch + OPTION, 0);
        Memory.putInt(scratch + OPTION_LENGTH, Integer.BYTES);
        final int result = calls.intResult(
                calls.quick5(GETSOCKOPT, fd, level, name, scratch + OPTION, scratch + OPTION_LENGTH));
        return result < 0 ? result : Memory.getInt(scratch + OPTION);
    }

    @Override
    public int socketName(final int fd, final long sockAddrAddress, final long lengthAddress) {
        return calls.intResult(calls.quick3(GETSOCKNAME, fd, sockAddrAddress, lengthAddress));
    }

    @Override
    public int peerName(final int fd, final long sockAddrAddress, final long lengthAddress) {
        return calls.intResult(calls.quick3(GETPEERNAME, fd, sockAddrAddress, lengthAddress));
    }

    @Override
    public int eventFd() {
        return calls.intResult(calls.quick2(EVENTFD, 0, NONBLOCK_CLOEXEC));
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public long wallNanos() {
        final int result = calls.intResult(calls.quick2(CLOCK_GETTIME, CLOCK_REALTIME, scratch + TIME));
        assert result == 0 : "clock_gettime " + result;
        return Memory.getLong(scratch + TIME) * NANOS_PER_SECOND
                + Memory.getLong(scratch + TIME + Long.BYTES);
    }

    /** Frees the native block; no call may follow. */
    @Override
    public void close() {
        NativeMemory.free(MemoryTag.EVENTS, scratch, SCRATCH_BYTES);
        calls.close();
    }
}
