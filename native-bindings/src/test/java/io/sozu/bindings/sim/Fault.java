package io.sozu.bindings.sim;

/** What a {@link FaultPlan} can make go wrong; each leaves a state a real kernel could be in. */
public enum Fault {
    /** A receive returns less than is there; the rest arrives later, with an edge. */
    SHORT_READ,
    /** A send takes less than fits; space is announced later. */
    SHORT_WRITE,
    /** A receive with bytes waiting answers EAGAIN; they arrive later, with an edge. */
    READ_AGAIN,
    /** A send with space answers EAGAIN; space is announced later. */
    WRITE_AGAIN,
    /** The connection is reset when it is read. */
    RESET_ON_READ,
    /** The connection is reset when it is written. */
    RESET_ON_WRITE,
    /** accept answers EMFILE and leaves the connection in the queue; as in Linux no edge follows. */
    ACCEPT_EMFILE,
    /** The oldest connection of the queue is gone: accept answers ECONNABORTED. */
    ACCEPT_ABORTED,
    /** socket answers EMFILE. */
    SOCKET_EMFILE,
    /** connect is refused, later. */
    CONNECT_REFUSED,
    /** connect is never answered. */
    CONNECT_TIMEOUT,
    /** connect answers ENETUNREACH at once. */
    CONNECT_UNREACHABLE,
    /** A wait returns fewer events than are ready. */
    EVENTS_DELAYED,
    /** A wait returns another event first. */
    EVENTS_REORDERED,
    /** A descriptor is reported though nothing happened to it since. */
    SPURIOUS_EVENT,
    /** A wait answers EINTR. */
    WAIT_INTERRUPTED,
    /** The process stands still for a while: the monotonic clock jumps forward. */
    CLOCK_JUMP,
    /** The wall clock is set forward or back. */
    WALL_JUMP
}
