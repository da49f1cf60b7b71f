package io.sozu.bindings.linux;

/**
 * The one door to the kernel for everything that runs on an event loop.
 *
 * <p>Every call returns a result {@code >= 0} or {@code -errno} (see {@link Errno}) and never throws.
 * Pointers are raw addresses whose bounds the caller has checked. An implementation belongs to one thread.
 * Two exist: {@code LinuxKernel}, and the seeded {@code SimKernel} of the tests.
 */
public interface Kernel {
    /** epoll_create1(2) with {@code EPOLL_CLOEXEC}. */
    int epollCreate();

    /** epoll_ctl(2); {@code eventAddress} points to one event as {@link EpollEvents} lays it out. */
    int epollControl(int epollFd, int operation, int fd, long eventAddress);

    /** epoll_wait(2); may block. */
    int epollWait(int epollFd, long eventsAddress, int maxEvents, int timeoutMillis);

    /** socket(2); {@code SOCK_NONBLOCK | SOCK_CLOEXEC} is always added to the type. */
    int socket(int domain, int type, int protocol);

    /** bind(2). */
    int bind(int fd, long sockAddrAddress, int lengthBytes);

    /** listen(2). */
    int listen(int fd, int backlog);

    /** accept4(2) with {@code SOCK_NONBLOCK | SOCK_CLOEXEC}; the length word is in-out, both may be 0. */
    int accept(int fd, long sockAddrAddress, long lengthAddress);

    /** connect(2); {@code -EINPROGRESS} is the usual answer. */
    int connect(int fd, long sockAddrAddress, int lengthBytes);

    /** recv(2). */
    long receive(int fd, long address, long lengthBytes, int flags);

    /** send(2); {@code MSG_NOSIGNAL} is always added. */
    long send(int fd, long address, long lengthBytes, int flags);

    /**
     * writev(2)-like sendmsg(2) with {@code MSG_NOSIGNAL}; {@code iovecAddress} points to pairs of base and
     * length.
     */
    long sendVector(int fd, long iovecAddress, int iovecCount);

    /** sendmsg(2) with {@code MSG_NOSIGNAL}. */
    long sendMessage(int fd, long msghdrAddress, int flags);

    /** recvmsg(2) with {@code MSG_CMSG_CLOEXEC}. */
    long receiveMessage(int fd, long msghdrAddress, int flags);

    /** read(2). */
    long read(int fd, long address, long lengthBytes);

    /** write(2). */
    long write(int fd, long address, long lengthBytes);

    /** shutdown(2). */
    int shutdown(int fd, int how);

    /** close(2). */
    int close(int fd);

    /** setsockopt(2) of an int option. */
    int setOption(int fd, int level, int name, int value);

    /** setsockopt(2) of an option that is no int. */
    int setOption(int fd, int level, int name, long valueAddress, int lengthBytes);

    /** getsockopt(2) of an int option; the value must not be negative (SO_ERROR, SO_TYPE…). */
    int getOption(int fd, int level, int name);

    /** setsockopt(2) of {@code SO_LINGER} with no time: the close that follows resets the connection. */
    int resetOnClose(int fd);

    /**
     * Makes a listening TCP socket deaf to new connections, by a socket filter that drops each SYN; what is
     * in its queue, and handshakes under way, can still be accepted (socket(7), {@code SO_ATTACH_FILTER}).
     */
    int refuseConnections(int fd);

    /** getsockname(2); the length word is in-out. */
    int socketName(int fd, long sockAddrAddress, long lengthAddress);

    /** getpeername(2); the length word is in-out. */
    int peerName(int fd, long sockAddrAddress, long lengthAddress);

    /** eventfd(2) with {@code EFD_NONBLOCK | EFD_CLOEXEC}. */
    int eventFd();

    /** The monotonic clock in nanoseconds; its origin is arbitrary. */
    long monotonicNanos();

    /** The wall clock in nanoseconds since the Unix epoch. */
    long wallNanos();
}
