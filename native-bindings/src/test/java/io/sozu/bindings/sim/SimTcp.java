package io.sozu.bindings.sim;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;

/** A TCP socket: the states, errors, wake-ups and poll bits of Linux, without sequence numbers. */
final class SimTcp extends SimInet {
    /** The states of RFC 9293; TIME-WAIT is CLOSED because the socket the program sees is. */
    enum State {
        CLOSED, LISTEN, SYN_SENT, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK
    }

    private final SimBacklog backlog = new SimBacklog();
    private State state = State.CLOSED;
    private SimLane in;
    private SimLane out;
    private boolean finReceived;
    private boolean noSpace;
    private boolean dead;
    private boolean connectPending;
    private boolean disconnecting;

    SimTcp(final SimNetwork network, final int family) {
        super(network, family);
    }

    State state() {
        return state;
    }

    @Override
    int poll() {
        if (state == State.LISTEN) {
            return backlog.isEmpty() ? 0 : EpollFlags.IN;
        }
        int mask = error != 0 ? EpollFlags.ERR : 0;
        if (shut == SHUT_BOTH || state == State.CLOSED) {
            mask |= EpollFlags.HUP;
        }
        if ((shut & SHUT_RECEIVE) != 0) {
            mask |= EpollFlags.IN | EpollFlags.RDHUP;
        }
        if (state == State.SYN_SENT) {
            return mask;
        }
        if (readableBytes() > 0 && !isReadStalled()) {
            mask |= EpollFlags.IN;
        }
        if ((shut & SHUT_SEND) != 0 || hasSpace()) {
            mask |= EpollFlags.OUT;
        } else {
            noSpace = true;
        }
        return mask;
    }

    private boolean hasSpace() {
        if (isWriteStalled()) {
            return false;
        }
        return out == null || sendBufferBytes - out.usedBytes() >= out.usedBytes() >> 1;
    }

    @Override
    long receive(final byte[] target, final int lengthBytes, final boolean peek) {
        if (state == State.LISTEN) {
            return -Errno.ENOTCONN;
        }
        final int readable = readableBytes();
        if (readable > 0 && isReadStalled()) {
            return -Errno.EAGAIN;
        }
        if (readable > 0) {
            final int count = Math.min(readable, lengthBytes);
            in.read(target, count, peek);
            return count;
        }
        if (finReceived) {
            return 0;
        }
        if (error != 0) {
            return -takeError();
        }
        if ((shut & SHUT_RECEIVE) != 0) {
            return 0;
        }
        return state == State.CLOSED ? -Errno.ENOTCONN : -Errno.EAGAIN;
    }

    @Override
    long send(final byte[] source, final int from, final long wantedBytes) {
        if (state != State.ESTABLISHED && state != State.CLOSE_WAIT) {
            if (error != 0) {
                return -takeError();
            }
            return state == State.SYN_SENT ? -Errno.EAGAIN : -Errno.EPIPE;
        }
        if (error != 0) {
            return -takeError();
        }
        if ((shut & SHUT_SEND) != 0) {
            return -Errno.EPIPE;
        }
        final int count = isWriteStalled() ? 0 : (int) Math.min(wantedBytes, out.freeBytes());
        if (count < wantedBytes) {
            noSpace = true;
        }
        if (count == 0) {
            return wantedBytes == 0 ? 0 : -Errno.EAGAIN;
        }
        out.hold(moreFollows);
        out.write(source, from, count);
        out.transmit();
        return count;
    }

    @Override
    void wantSpace() {
        noSpace = true;
    }

    @Override
    void announceSpace() {
        if (noSpace && state != State.CLOSED && hasSpace()) {
            noSpace = false;
            wake(EpollFlags.OUT);
        }
    }

    @Override
    int readableBytes() {
        return in == null ? 0 : in.readableBytes();
    }

    @Override
    int shutdown(final int how) {
        int result = 0;
        disconnecting |= connectPending && state == State.CLOSED;
        connectPending &= state == State.SYN_SENT;
        switch (state) {
            case CLOSED -> {
                result = -Errno.ENOTCONN;
                shut |= how;
            }
            case LISTEN -> {
                if ((how & SHUT_RECEIVE) != 0) {
                    stopListening();
                    state = State.CLOSED;
                }
            }
            case SYN_SENT -> {
                out.abandon();
                disconnect();
            }
            default -> {
                shut |= how;
                if ((how & SHUT_SEND) != 0) {
                    sendFin();
                }
            }
        }
        wake(0);
        return result;
    }

    private void sendFin() {
        if (state == State.ESTABLISHED) {
            state = State.FIN_WAIT_1;
            out.finish();
        } else if (state == State.CLOSE_WAIT) {
            state = State.LAST_ACK;
            out.finish();
        }
    }

    void onFin() {
        if (state == State.CLOSED) {
            return;
        }
        finReceived = true;
        shut |= SHUT_RECEIVE;
        switch (state) {
            case ESTABLISHED -> state = State.CLOSE_WAIT;
            case FIN_WAIT_1 -> state = State.CLOSING;
            case FIN_WAIT_2 -> enterClosed();
            default -> throw new AssertionError("a FIN in state " + state);
        }
        wake(0);
    }

    void onFinAcknowledged() {
        switch (state) {
            case FIN_WAIT_1 -> {
                state = State.FIN_WAIT_2;
                shut |= SHUT_SEND;
                wake(0);
            }
            case CLOSING, LAST_ACK -> {
                enterClosed();
                wake(0);
            }
            default -> {
            }
        }
    }

    private void enterClosed() {
        state = State.CLOSED;
        shut = SHUT_BOTH;
    }

    void onReset() {
        if (state == State.CLOSED || state == State.LISTEN) {
            return;
        }
        fail(switch (state) {
            case SYN_SENT -> Errno.ECONNREFUSED;
            case CLOSE_WAIT -> Errno.EPIPE;
            default -> Errno.ECONNRESET;
        });
    }

    /** Ends the connection with an error that the program will find. */
    void fail(final int errno) {
        error = errno;
        if (out != null) {
            out.abandon();
        }
        enterClosed();
        wake(0);
    }

    /** Bytes for which no program is left are answered by a reset. */
    boolean refusesBytes() {
        return state == State.CLOSED || (shut & SHUT_RECEIVE) != 0 && state != State.ESTABLISHED;
    }

    void resetByUnwantedBytes() {
        if (state != State.CLOSED) {
            fail(Errno.ECONNRESET);
            out.reset();
        }
    }

    @Override
    boolean breakConnection() {
        if (out == null || state == State.CLOSED || state == State.SYN_SENT) {
            return false;
        }
        out.reset();
        in.discardArrived();
        fail(Errno.ECONNRESET);
        error = 0;
        return true;
    }

    @Override
    void lastClose() {
        dead = true;
        network.unbind(this);
        if (state == State.LISTEN) {
            stopListening();
        } else if (state == State.SYN_SENT) {
            out.abandon();
        } else if (state != State.CLOSED) {
            if (readableBytes() > 0 || lingerZero) {
                out.reset();
                enterClosed();
                return;
            }
            shut = SHUT_BOTH;
            sendFin();
            return;
        }
        enterClosed();
    }

    private void stopListening() {
        network.unbind(this);
        backlog.abort();
    }

    /** Resets a connection no program has seen. */
    void abort() {
        if (state != State.CLOSED) {
            out.reset();
            enterClosed();
        }
        dead = true;
    }

    int listen(final int wantedBacklog) {
        if (state != State.CLOSED && state != State.LISTEN || remote != null) {
            return -Errno.EINVAL;
        }
        if (!bound) {
            bind(local);
        }
        backlog.limit(wantedBacklog);
        state = State.LISTEN;
        return 0;
    }

    /** Returns the queue of a listening socket. */
    SimBacklog backlog() {
        return backlog;
    }

    /** Takes a connection whose handshake ended. */
    void enqueue(final SimTcp child) {
        if (state == State.LISTEN) {
            backlog.add(child);
            wake(EpollFlags.IN);
        } else {
            child.abort();
        }
    }

    int connect(final SimAddress target) {
        if (connectPending) {
            if (state == State.SYN_SENT) {
                return -Errno.EALREADY;
            }
            connectPending = false;
            if (state == State.CLOSED) {
                final int failure = error != 0 ? takeError() : Errno.ECONNABORTED;
                disconnect();
                wake(EpollFlags.ERR);
                return -failure;
            }
            return 0;
        }
        if (state != State.CLOSED || remote != null) {
            return disconnecting ? -Errno.EINVAL : -Errno.EISCONN;
        }
        final int refused = network.startConnect(this, target);
        return refused != 0 ? refused : -Errno.EINPROGRESS;
    }

    /** Makes the socket as if it had never been connected. */
    private void disconnect() {
        state = State.CLOSED;
        connectPending = false;
        finReceived = false;
        noSpace = false;
        shut = 0;
        in = null;
        out = null;
        remote = null;
        local = bound ? local : SimAddress.any(family);
    }

    /** Enters SYN-SENT with the outgoing lane prepared. */
    void connecting(final SimAddress source, final SimAddress target, final SimLane outgoing) {
        local = source;
        remote = target;
        out = outgoing;
        connectPending = true;
        state = State.SYN_SENT;
    }

    void establish(final SimLane incoming, final SimLane outgoing) {
        in = incoming;
        out = outgoing;
        state = State.ESTABLISHED;
        wake(0);
    }

    @Override
    boolean isFresh() {
        return state == State.CLOSED && remote == null;
    }

    @Override
    boolean isListening() {
        return state == State.LISTEN;
    }

    @Override
    int spaceBytes() {
        return (state == State.ESTABLISHED || state == State.CLOSE_WAIT) && error == 0 && !isWriteStalled()
                ? out.freeBytes() : 0;
    }

    @Override
    SimAddress remoteAddress() {
        return state == State.CLOSED || state == State.SYN_SENT || state == State.LISTEN ? null : remote;
    }

    @Override
    String describe() {
        return "tcp " + state + " " + local + (remote == null ? "" : " <-> " + remote)
                + (state == State.LISTEN ? " queued " + backlog : "")
                + (in == null ? "" : " unread " + in.readableBytes())
                + (out == null ? "" : " unacknowledged " + out.usedBytes())
                + (noSpace ? " nospace" : "") + (error == 0 ? "" : " error " + error)
                + (isReadStalled() ? " read-stalled" : "") + (isWriteStalled() ? " write-stalled" : "")
                + (dead ? " orphan" : "");
    }
}
