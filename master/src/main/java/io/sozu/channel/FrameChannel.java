package io.sozu.channel;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.FdMessage;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.SocketOptions;
import io.sozu.bindings.memory.Memory;
import io.sozu.eventloop.EventLoop;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Frames ended by a zero byte, both ways over a unix stream socket that is never waited for.
 *
 * <p>Registered once, edge-triggered. A turn takes a bounded number of frames; what is left asks for the next
 * turn by arming the edge anew. While the peer does not read what was sent, nothing is read from it, so both
 * directions are bounded by {@link ChannelLimits}. A descriptor sent along travels with the first byte of its
 * frame, and no other frame shares its message: so the receiver knows which frame it came with. Owns the
 * socket and its buffers; belongs to the loop's thread.
 */
public final class FrameChannel implements AutoCloseable {
    private static final int EDGES =
            EpollFlags.IN | EpollFlags.OUT | EpollFlags.RDHUP | EpollFlags.EDGE_TRIGGERED;
    private static final int FRAMES_PER_TURN = 64;
    private static final int RECEIVES_PER_TURN = 64;
    private static final int RECEIVE_MIN_BYTES = 1024;

    private enum Phase {
        /** Both directions run. */
        OPEN,
        /** What is queued is sent, then the end is announced; what comes is thrown away. */
        ENDING,
        /** The socket and the buffers are given back. */
        CLOSED
    }

    /** A descriptor and the positions of its frame in the stream of bytes sent. */
    private record Attachment(long start, long end, int fd) {
    }

    /** A descriptor and the position in the stream of bytes received up to which it must have come. */
    private record Arrival(long position, int fd) {
    }

    private final EventLoop loop;
    private final Kernel kernel;
    private final FdMessage descriptors;
    private final int fd;
    private final long token;
    private final ChannelLimits limits;
    private final FrameBuffer in;
    private final FrameBuffer out;
    private final ArrayDeque<Attachment> attachments = new ArrayDeque<>();
    private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();
    private final int[] one = new int[1];
    private FrameHandler handler;
    private Phase phase = Phase.OPEN;
    private boolean readsAlways;
    private boolean paused;
    private boolean refused;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean endTold;
    private boolean finishTold;
    private int errno;
    private int scannedBytes;
    private long receivedBytes;
    private long takenBytes;
    private long queuedBytes;
    private long sentBytes;

    /**
     * What a channel stands on: the loop with its kernel, and who packs descriptors, or null to carry none.
     */
    public record Host(EventLoop loop, Kernel kernel, FdMessage descriptors) {
    }

    /** Takes over a connected, non-blocking socket. Nothing happens before {@link #open}. */
    public FrameChannel(final Host host, final int fd, final long token, final ChannelLimits limits) {
        this.loop = host.loop;
        this.kernel = host.kernel;
        this.descriptors = host.descriptors;
        this.fd = fd;
        this.token = token;
        this.limits = limits;
        this.in = new FrameBuffer(limits);
        this.out = new FrameBuffer(limits);
    }

    /**
     * Registers the socket with the loop; the owner passes on the events of its token.
     *
     * @return 0 or {@code -errno}
     */
    public int open(final FrameHandler frameHandler) {
        handler = frameHandler;
        return loop.add(fd, EDGES, token);
    }

    /**
     * Goes on reading while the peer does not read: for the side that gives the orders. Were both sides to
     * wait for each other, neither would read again.
     */
    public FrameChannel readingAlways() {
        readsAlways = true;
        return this;
    }

    public int fd() {
        return fd;
    }

    public long token() {
        return token;
    }

    public ChannelLimits limits() {
        return limits;
    }

    /** Returns the number of bytes that wait to be sent. */
    public int unsentBytes() {
        return out.size();
    }

    /** Returns how many bytes the peer's side has taken so far. */
    public long sentBytes() {
        return sentBytes;
    }

    public boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    /** Sends a frame without descriptor, as {@link #send(byte[], int)}. */
    public boolean send(final byte[] frame) {
        return send(frame, -1);
    }

    /**
     * Queues a frame and sends what the peer takes at once.
     *
     * @param frame the bytes without terminator, none of them zero
     * @param attachedFd a descriptor that stays the caller's and open until {@link #forget}, or -1
     * @return false when there is no room (then {@link FrameHandler#onRoom} follows) or the channel is
     *     ending; to a peer that has gone everything is sent, in vain: {@link FrameHandler#onEnd} tells it
     */
    public boolean send(final byte[] frame, final int attachedFd) {
        assert attachedFd < 0 || descriptors != null : "this channel carries no descriptors";
        if (phase != Phase.OPEN) {
            return false;
        }
        if (outputEnded) {
            return true;
        }
        if (!out.reserve(frame.length + 1)) {
            refused = true;
            return false;
        }
        out.append(frame);
        out.append((byte) 0);
        final long end = queuedBytes + frame.length + 1;
        if (attachedFd >= 0) {
            attachments.add(new Attachment(queuedBytes, end, attachedFd));
        }
        queuedBytes = end;
        flush();
        return true;
    }

    /** Forgets a descriptor that still waits to be sent: its frame goes without it. */
    public void forget(final int attachedFd) {
        attachments.removeIf(each -> each.fd == attachedFd);
    }

    /** Delivers no more frames until {@link #resume}. */
    public void pause() {
        paused = true;
    }

    /** Delivers frames again, from the next turn on. */
    public void resume() {
        if (paused) {
            paused = false;
            rearm();
        }
    }

    /** Sends what is queued, then announces the end; what comes from now on is thrown away. */
    public void end() {
        if (phase == Phase.OPEN) {
            phase = Phase.ENDING;
            flush();
            rearm();
        }
    }

    /** Takes the events of the channel's token. */
    public void onEvent(final int events) {
        if (phase == Phase.CLOSED) {
            return;
        }
        if ((events & (EpollFlags.OUT | EpollFlags.ERR | EpollFlags.HUP)) != 0) {
            flush();
            if (refused && phase == Phase.OPEN && out.size() <= limits.maxBytes() / 2) {
                refused = false;
                handler.onRoom();
            }
        }
        pump();
        if (!endTold && phase != Phase.CLOSED && isInputOver()) {
            endTold = true;
            handler.onEnd(errno);
        }
        if (!finishTold && phase == Phase.ENDING && inputEnded && out.size() == 0) {
            finishTold = true;
            handler.onFinished();
        }
    }

    private boolean isInputOver() {
        return inputEnded && (phase == Phase.ENDING || !paused && !hasFrame());
    }

    /** Tells the owner that the channel is of no more use, after a fault of the owner's own. */
    public void fail() {
        if (phase != Phase.CLOSED && !endTold) {
            endTold = true;
            handler.onEnd(Errno.EIO);
        }
    }

    private void pump() {
        int frames = FRAMES_PER_TURN;
        int receives = RECEIVES_PER_TURN;
        while (phase != Phase.CLOSED) {
            while (frames > 0 && mayDeliver() && hasFrame()) {
                deliver();
                frames--;
            }
            if (phase == Phase.CLOSED || phase == Phase.OPEN && frames > 0 && !mayDeliver()) {
                return;
            }
            if (frames == 0 || receives == 0) {
                rearm();
                return;
            }
            receives--;
            if (inputEnded || !receive()) {
                return;
            }
        }
    }

    private boolean mayDeliver() {
        return phase == Phase.OPEN && !paused && (readsAlways || out.size() <= limits.maxBytes() / 2);
    }

    private boolean hasFrame() {
        final int found = in.find(scannedBytes);
        scannedBytes = found < 0 ? in.size() : found;
        return found >= 0;
    }

    private void deliver() {
        final byte[] frame = Memory.toArray(in.first(), scannedBytes);
        in.consume(scannedBytes + 1);
        takenBytes += frame.length + 1;
        scannedBytes = 0;
        int attached = -1;
        while (!arrivals.isEmpty() && arrivals.peek().position <= takenBytes) {
            final int arrived = arrivals.poll().fd;
            if (attached < 0) {
                attached = arrived;
            } else {
                kernel.close(arrived);
            }
        }
        handler.onFrame(frame, attached);
    }

    /** Receives once; false when nothing more is there. */
    private boolean receive() {
        if (phase == Phase.ENDING) {
            in.consume(in.size());
        }
        final int room = limits.maxBytes() - in.size();
        if (room == 0) {
            handler.onOversize();
            end();
            return phase == Phase.ENDING;
        }
        final boolean reserved = in.reserve(Math.min(room, RECEIVE_MIN_BYTES));
        assert reserved;
        final long count = descriptors == null ? kernel.receive(fd, in.tail(), in.roomBytes(), 0)
                : receiveWithDescriptors();
        if (count > 0) {
            in.received((int) count);
            receivedBytes += count;
            arrive();
            return true;
        }
        if (count != -Errno.EAGAIN) {
            inputEnded = true;
            errno = count == 0 ? errno : (int) -count;
        }
        return false;
    }

    private long receiveWithDescriptors() {
        return descriptors.receive(kernel, fd, in.tail(), in.roomBytes());
    }

    private void arrive() {
        for (int i = 0; descriptors != null && i < descriptors.fdCount(); i++) {
            arrivals.add(new Arrival(receivedBytes, descriptors.fd(i)));
        }
    }

    private void flush() {
        while (out.size() > 0) {
            final long count = sendSome();
            if (count == -Errno.EAGAIN) {
                return;
            }
            if (count < 0) {
                outputEnded = true;
                errno = (int) -count;
                attachments.clear();
                out.consume(out.size());
                rearm();
                return;
            }
            out.consume((int) count);
            sentBytes += count;
        }
        if (phase == Phase.ENDING) {
            kernel.shutdown(fd, SocketOptions.SHUT_WR);
        }
    }

    private long sendSome() {
        final Attachment next = attachments.peek();
        if (next == null) {
            return kernel.send(fd, out.first(), out.size(), 0);
        }
        if (next.start > sentBytes) {
            return kernel.send(fd, out.first(), next.start - sentBytes, 0);
        }
        one[0] = next.fd;
        final long count = descriptors.send(kernel, fd, out.first(), (int) (next.end - sentBytes), one, 1);
        if (count > 0) {
            attachments.poll();
        }
        return count;
    }

    /** A changed registration reports again what stands already. */
    private void rearm() {
        if (phase != Phase.CLOSED) {
            loop.modify(fd, EDGES, token);
        }
    }

    /** Closes the socket and the descriptors that nobody took. */
    @Override
    public void close() {
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.CLOSED;
        final Iterator<Arrival> unclaimed = arrivals.iterator();
        while (unclaimed.hasNext()) {
            kernel.close(unclaimed.next().fd);
        }
        arrivals.clear();
        attachments.clear();
        loop.remove(fd);
        kernel.close(fd);
        in.close();
        out.close();
    }
}
