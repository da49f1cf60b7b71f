package io.sozu.bindings.sim;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * One end of a connected AF_UNIX stream pair: no latency, messages are charged to the sender until
 * they are read, descriptors ride on the first byte of a message.
 */
final class SimUnix extends SimSocket {
    private final ArrayDeque<Segment> queue = new ArrayDeque<>();
    private SimUnix peer;
    private int queuedBytes;
    private int unreadSentBytes;
    private boolean closed;

    private static final class Segment {
        private final byte[] bytes;
        private int from;
        private List<SimFile> files;

        private Segment(final byte[] bytes, final List<SimFile> files) {
            this.bytes = bytes;
            this.files = files;
        }

        private int remaining() {
            return bytes.length - from;
        }
    }

    SimUnix(final SimClock clock, final SimBuffers buffers) {
        super(clock, 1, buffers);
    }

    static void join(final SimUnix left, final SimUnix right) {
        left.peer = right;
        right.peer = left;
    }

    @Override
    int poll() {
        int mask = error != 0 ? EpollFlags.ERR : 0;
        if (shut == SHUT_BOTH) {
            mask |= EpollFlags.HUP;
        }
        if ((shut & SHUT_RECEIVE) != 0) {
            mask |= EpollFlags.RDHUP | EpollFlags.IN;
        }
        if (queuedBytes > 0 && !isReadStalled()) {
            mask |= EpollFlags.IN;
        }
        return hasSpace() ? mask | EpollFlags.OUT : mask;
    }

    private boolean hasSpace() {
        return !isWriteStalled() && unreadSentBytes * 4L <= sendBufferBytes;
    }

    @Override
    long receive(final byte[] target, final int lengthBytes, final boolean peek) {
        final List<SimFile> files = new ArrayList<>();
        final long result = receive(target, lengthBytes, peek, files);
        files.forEach(SimFile::release);
        return result;
    }

    /** Receives bytes and the descriptors that ride on them; the caller owns a reference to each. */
    long receive(final byte[] target, final int lengthBytes, final boolean peek, final List<SimFile> files) {
        if (queuedBytes == 0 || isReadStalled()) {
            if (queuedBytes == 0 && error != 0) {
                return -takeError();
            }
            return queuedBytes == 0 && (shut & SHUT_RECEIVE) != 0 ? 0 : -Errno.EAGAIN;
        }
        int done = 0;
        for (final Segment segment : List.copyOf(queue)) {
            if (done == lengthBytes) {
                break;
            }
            final int part = Math.min(lengthBytes - done, segment.remaining());
            System.arraycopy(segment.bytes, segment.from, target, done, part);
            done += part;
            if (!peek && consume(segment, part, files)) {
                break;
            }
        }
        return done;
    }

    /** Returns true when descriptors came along: a receive never reads past those of one message. */
    private boolean consume(final Segment segment, final int lengthBytes, final List<SimFile> files) {
        final boolean carried = !segment.files.isEmpty();
        files.addAll(segment.files);
        segment.files = List.of();
        segment.from += lengthBytes;
        queuedBytes -= lengthBytes;
        if (segment.remaining() == 0) {
            queue.remove(segment);
            peer.freeSent(segment.bytes.length);
        }
        return carried;
    }

    /** A message is charged to its sender until its last byte is read. */
    private void freeSent(final int lengthBytes) {
        unreadSentBytes -= lengthBytes;
        if (!closed) {
            announceSpace();
        }
    }

    @Override
    long send(final byte[] source, final int from, final long wantedBytes) {
        return send(source, from, wantedBytes, List.of());
    }

    /** Sends bytes with descriptors; the queue takes its own reference to each. */
    long send(final byte[] source, final int from, final long wantedBytes, final List<SimFile> files) {
        if ((shut & SHUT_SEND) != 0 || peer.closed) {
            return -Errno.EPIPE;
        }
        if (wantedBytes == 0) {
            return 0;
        }
        final int free = isWriteStalled() ? 0 : Math.max(0, sendBufferBytes - unreadSentBytes);
        final int count = (int) Math.min(wantedBytes, free);
        if (count == 0) {
            return -Errno.EAGAIN;
        }
        final byte[] bytes = new byte[count];
        System.arraycopy(source, from, bytes, 0, count);
        files.forEach(SimFile::retain);
        peer.queue.add(new Segment(bytes, files));
        peer.queuedBytes += count;
        unreadSentBytes += count;
        peer.wake(EpollFlags.IN);
        return count;
    }

    @Override
    int shutdown(final int how) {
        shut |= how;
        wake(0);
        if (!peer.closed) {
            peer.shut |= (how & SHUT_RECEIVE) != 0 ? SHUT_SEND : 0;
            peer.shut |= (how & SHUT_SEND) != 0 ? SHUT_RECEIVE : 0;
            peer.wake(0);
        }
        return 0;
    }

    @Override
    void lastClose() {
        closed = true;
        if (!peer.closed) {
            peer.shut = SHUT_BOTH;
            if (queuedBytes > 0) {
                peer.error = Errno.ECONNRESET;
            }
            peer.unreadSentBytes = 0;
            peer.wake(0);
        }
        for (final Segment segment : queue) {
            segment.files.forEach(SimFile::release);
        }
        queue.clear();
        queuedBytes = 0;
    }

    @Override
    boolean isListening() {
        return false;
    }

    @Override
    int readableBytes() {
        return queuedBytes;
    }

    @Override
    int spaceBytes() {
        return (shut & SHUT_SEND) == 0 && !peer.closed && !isWriteStalled()
                ? Math.max(0, sendBufferBytes - unreadSentBytes) : 0;
    }

    @Override
    SimAddress localAddress() {
        return null;
    }

    @Override
    SimAddress remoteAddress() {
        return null;
    }

    @Override
    void wantSpace() {
        assert !closed : "a closed end wants space";
    }

    @Override
    void announceSpace() {
        if (hasSpace()) {
            wake(EpollFlags.OUT);
        }
    }

    @Override
    boolean breakConnection() {
        return false;
    }

    @Override
    String describe() {
        return "unix unread " + queuedBytes + " unread by peer " + unreadSentBytes
                + (peer.closed ? " alone" : "");
    }
}
