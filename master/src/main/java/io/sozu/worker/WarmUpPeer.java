package io.sozu.worker;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.SocketOptions;
import io.sozu.bindings.memory.Memory;

/** One socket of a warm-up's client or backend: what is left to send, and the last bytes received. */
final class WarmUpPeer implements AutoCloseable {
    private static final int NONE = -1;

    /** Where peers receive; what is in it is of no interest. */
    record Buffer(long address, int sizeBytes) {
    }

    private final Kernel kernel;
    private final Buffer buffer;
    private WarmUpScript script;
    private int fd = NONE;
    private long unsent;
    private int unsentBytes;
    private long lastBytes;
    private int receivedBytes;

    /**
     * A peer without a socket.
     *
     * @param buffer where bytes are received, shared with other peers
     */
    WarmUpPeer(final Kernel kernel, final Buffer buffer) {
        this.kernel = kernel;
        this.buffer = buffer;
    }

    int fd() {
        return fd;
    }

    boolean isOpen() {
        return fd != NONE;
    }

    /** Takes over a connected socket. */
    void open(final int newFd) {
        fd = newFd;
        unsentBytes = 0;
        receivedBytes = 0;
        kernel.setOption(fd, SocketOptions.IPPROTO_TCP, SocketOptions.TCP_NODELAY, 1);
    }

    /** Returns the script it follows, null before the first. */
    WarmUpScript script() {
        return script;
    }

    void script(final WarmUpScript newScript) {
        script = newScript;
    }

    /** Has the request of its script to send, and expects the response. */
    void ask() {
        say(script.requestAddress(), script.requestBytes());
    }

    /** Has the response of its script to send, and expects another request. */
    void answer() {
        say(script.responseAddress(), script.responseBytes());
    }

    private void say(final long address, final int lengthBytes) {
        unsent = address;
        unsentBytes = lengthBytes;
        receivedBytes = 0;
    }

    boolean hasUnsent() {
        return unsentBytes > 0;
    }

    /** Sends what the socket takes; returns whether it took any. */
    boolean send() {
        if (unsentBytes == 0) {
            return false;
        }
        final long sent = kernel.send(fd, unsent, unsentBytes, 0);
        if (sent == -Errno.EAGAIN) {
            return false;
        }
        check("send", sent);
        unsent += sent;
        unsentBytes -= (int) sent;
        return true;
    }

    /** Receives once: the number of bytes, 0 for the end, or {@code -EAGAIN}. */
    int receive() {
        final int count = (int) kernel.receive(fd, buffer.address, buffer.sizeBytes, 0);
        if (count != -Errno.EAGAIN) {
            check("receive", count);
        }
        if (count >= Long.BYTES) {
            lastBytes = Memory.getLong(buffer.address + count - Long.BYTES);
        } else {
            for (int i = 0; i < count; i++) {
                lastBytes = lastBytes >>> Byte.SIZE
                        | (long) Memory.getByte(buffer.address + i) << Long.SIZE - Byte.SIZE;
            }
        }
        receivedBytes += Math.max(0, count);
        return count;
    }

    /** Returns how much of the message has come. */
    int receivedBytes() {
        return receivedBytes;
    }

    /** Returns whether the message received ends so. */
    boolean hasReceived(final long end) {
        return receivedBytes >= Long.BYTES && lastBytes == end;
    }

    /** Returns a result, or gives the warm-up up. */
    static int check(final String call, final long result) {
        if (result < 0) {
            throw new WarmUp.GivenUpException(call + ": " + Errno.text((int) -result));
        }
        return (int) result;
    }

    @Override
    public void close() {
        if (fd != NONE) {
            kernel.close(fd);
            fd = NONE;
        }
    }
}
