package io.sozu.protocols.transport;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.KernelTls;
import io.sozu.bindings.linux.SocketOptions;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.eventloop.Readiness;
import io.sozu.sessions.Connection;

/**
 * Bytes as the socket carries them. The only place where readiness is cleared: after EAGAIN, and after a call
 * that moved less than was asked, which saves the call that would say EAGAIN. A short receive tells nothing
 * once the peer's end was announced: then the end itself has still to be read.
 */
public final class PlainTransport implements AutoCloseable {
    static final int DISCARD_BYTES = 16 << 10;
    private final Kernel kernel;
    private final long discarded = NativeMemory.allocate(MemoryTag.SCRATCH, DISCARD_BYTES);

    public PlainTransport(final Kernel kernel) {
        this.kernel = kernel;
    }

    /** Tells how a connect(2) went: 0 when it is done, {@code -EAGAIN} while it is not, or {@code -errno}. */
    public int connected(final Connection connection) {
        if (connection.isReady(Readiness.ERROR | Readiness.HANGUP)) {
            final int error =
                    kernel.getOption(connection.fd(), SocketOptions.SOL_SOCKET, SocketOptions.SO_ERROR);
            if (error != 0) {
                return -error;
            }
        }
        return connection.isReady(Readiness.WRITE) ? 0 : -Errno.EAGAIN;
    }

    /**
     * Receives what is there.
     *
     * @return the count, 0 at the end of the stream, {@code -EAGAIN} when nothing is there, another {@code
     * -errno}
     */
    public int receive(final Connection connection, final long address, final int roomBytes) {
        assert roomBytes > 0 : roomBytes;
        final int count = (int) kernel.receive(connection.fd(), address, roomBytes, 0);
        if (count == -Errno.EAGAIN
                || count > 0 && count < roomBytes
                && !connection.isReady(Readiness.HANGUP | Readiness.ERROR)) {
            connection.clearReady(Readiness.READ);
        }
        return count;
    }

    /** Receives as {@link #receive} does, and keeps nothing. */
    public int discard(final Connection connection) {
        return receive(connection, discarded, DISCARD_BYTES);
    }

    /** Returns where bytes go that nobody wants. */
    long discarded() {
        return discarded;
    }

    /** Asks the socket itself whether it is open and has nothing to say, which readiness may not know yet. */
    public boolean isQuiet(final Connection connection) {
        return kernel.receive(connection.fd(), discarded, 1, SocketOptions.MSG_PEEK) == -Errno.EAGAIN;
    }

    /** Sends what the socket takes; returns the count, {@code -EAGAIN} or another {@code -errno}. */
    public int send(final Connection connection, final long address, final int lengthBytes) {
        return send(connection, address, lengthBytes, 0);
    }

    /** Sends as {@link #send} does what more, or our end, follows at once: they may travel in one packet. */
    public int sendAhead(final Connection connection, final long address, final int lengthBytes) {
        return send(connection, address, lengthBytes, SocketOptions.MSG_MORE);
    }

    private int send(final Connection connection, final long address, final int lengthBytes,
            final int flags) {
        final int count = (int) kernel.send(connection.fd(), address, lengthBytes, flags);
        if (count == -Errno.EAGAIN || count >= 0 && count < lengthBytes) {
            connection.clearReady(Readiness.WRITE);
        }
        return count;
    }

    /** Sends a record of TLS of the type that is next, whole or not at all, by the kernel's own TLS. */
    int sendRecord(final Connection connection, final KernelTls kernelTls, final long address,
            final int lengthBytes) {
        final int count = kernelTls.send(connection.fd(), connection.recordType(), address, lengthBytes);
        if (count == -Errno.EAGAIN) {
            connection.clearReady(Readiness.WRITE);
        }
        return count;
    }

    Kernel kernel() {
        return kernel;
    }

    /** Ends our sending; what the peer still sends can be received. */
    public void endSending(final Connection connection) {
        kernel.shutdown(connection.fd(), SocketOptions.SHUT_WR);
    }

    @Override
    public void close() {
        NativeMemory.free(MemoryTag.SCRATCH, discarded, DISCARD_BYTES);
    }
}
