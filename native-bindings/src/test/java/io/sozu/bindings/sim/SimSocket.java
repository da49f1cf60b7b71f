package io.sozu.bindings.sim;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import java.util.HashMap;
import java.util.Map;

/** What stream sockets of both families have in common: options, the pending error, injected stalls. */
abstract class SimSocket extends SimFile {
    static final int SHUT_RECEIVE = 1;
    static final int SHUT_SEND = 2;
    static final int SHUT_BOTH = 3;

    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_ERROR = 4;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_LINGER = 13;
    private static final int SO_REUSEPORT = 15;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_DOMAIN = 39;
    private static final int STREAM = 1;
    private static final int MIN_BUFFER_BYTES = 2048;

    final SimClock clock;
    final int family;
    int error;
    int shut;
    int sendBufferBytes;
    int receiveBufferBytes;
    /** Whether the send under way is told by MSG_MORE that another follows. */
    boolean moreFollows;
    /** The type of the record that the send under way makes, where there are records. */
    int recordType;
    /** What makes records of TLS of what is sent, or null. */
    SimRecords records;
    private final Map<Long, Integer> options = new HashMap<>();
    private boolean readStalled;
    private boolean writeStalled;

    SimSocket(final SimClock clock, final int family, final SimBuffers buffers) {
        this.clock = clock;
        this.family = family;
        sendBufferBytes = buffers.sendBytes();
        receiveBufferBytes = buffers.receiveBytes();
    }

    /** recv(2) into a heap array. */
    abstract long receive(byte[] target, int lengthBytes, boolean peek);

    /** send(2) of the first bytes of a heap array; {@code wantedBytes} may exceed what the array holds. */
    abstract long send(byte[] source, int from, long wantedBytes);

    /** shutdown(2) with the sum of the SHUT_ bits. */
    abstract int shutdown(int how);

    abstract boolean isListening();

    /** Bytes a receive could return now if nothing stalled it. */
    abstract int readableBytes();

    /** Bytes that a send would take. */
    abstract int spaceBytes();

    abstract SimAddress localAddress();

    /** The peer's address or null when there is none. */
    abstract SimAddress remoteAddress();

    /** Space was asked for and refused: its return must be announced. */
    abstract void wantSpace();

    /** Announces space if it was asked for. */
    abstract void announceSpace();

    /** Breaks the connection as a reset from the network would; false when there is nothing to break. */
    abstract boolean breakConnection();

    /** True when a send of one byte would take it. */
    final boolean canSend() {
        return spaceBytes() > 0;
    }

    final boolean isReadStalled() {
        return readStalled;
    }

    final boolean isWriteStalled() {
        return writeStalled;
    }

    /** Hides what can be read for a while; its return is an edge, as if the bytes arrived only then. */
    final void stallReading(final long nanos) {
        readStalled = true;
        clock.at(clock.nowNanos() + nanos, () -> {
            readStalled = false;
            wake(EpollFlags.IN);
        });
    }

    /** Refuses bytes for a while; the end of it is an edge, as if the buffer was full until then. */
    final void stallWriting(final long nanos) {
        writeStalled = true;
        wantSpace();
        clock.at(clock.nowNanos() + nanos, () -> {
            writeStalled = false;
            announceSpace();
        });
    }

    final int takeError() {
        final int taken = error;
        error = 0;
        return taken;
    }

    final int setOption(final int level, final int name, final int value) {
        if (level == SOL_SOCKET) {
            switch (name) {
                case SO_SNDBUF -> sendBufferBytes = bounded(value);
                case SO_RCVBUF -> receiveBufferBytes = bounded(value);
                case SO_LINGER -> {
                    return -Errno.EINVAL;
                }
                default -> options.put(key(level, name), value);
            }
            return 0;
        }
        options.put(key(level, name), value);
        return 0;
    }

    final int getOption(final int level, final int name) {
        if (level == SOL_SOCKET) {
            switch (name) {
                case SO_ERROR -> {
                    return takeError();
                }
                case SO_TYPE -> {
                    return STREAM;
                }
                case SO_DOMAIN -> {
                    return family;
                }
                case SO_ACCEPTCONN -> {
                    return isListening() ? 1 : 0;
                }
                case SO_SNDBUF -> {
                    return sendBufferBytes;
                }
                case SO_RCVBUF -> {
                    return receiveBufferBytes;
                }
                default -> {
                    return options.getOrDefault(key(level, name), 0);
                }
            }
        }
        return options.getOrDefault(key(level, name), 0);
    }

    final boolean reusesPort() {
        return options.getOrDefault(key(SOL_SOCKET, SO_REUSEPORT), 0) != 0;
    }

    private static long key(final int level, final int name) {
        return (long) level << 32 | name;
    }

    private static int bounded(final int value) {
        return Math.clamp(2L * value, MIN_BUFFER_BYTES, SimBuffers.MAX_BYTES);
    }
}
