package io.sozu.worker;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.SockAddr;
import io.sozu.bindings.linux.SocketOptions;
import io.sozu.bindings.memory.Memory;
import java.net.InetSocketAddress;

/**
 * A listening socket of a warm-up, on a free port of the loopback interface.
 *
 * @param fd the holder's to close
 */
record WarmUpSocket(int fd, InetSocketAddress address) {
    private static final int BACKLOG = 32;

    /**
     * Opens one.
     *
     * @param buffer where addresses are written
     * @throws WarmUp.GivenUpException when that cannot be
     */
    static WarmUpSocket open(final Kernel kernel, final WarmUpPeer.Buffer buffer) {
        final int fd = WarmUpPeer.check("socket",
                kernel.socket(SocketOptions.AF_INET, SocketOptions.SOCK_STREAM, 0));
        final long sockAddr = buffer.address();
        final long length = sockAddr + SockAddr.MAX_BYTES;
        int result =
                kernel.bind(fd, sockAddr, SockAddr.write(sockAddr, new InetSocketAddress("127.0.0.1", 0)));
        if (result == 0) {
            result = kernel.listen(fd, BACKLOG);
        }
        if (result == 0) {
            Memory.putInt(length, SockAddr.MAX_BYTES);
            result = kernel.socketName(fd, sockAddr, length);
        }
        if (result < 0) {
            kernel.close(fd);
            throw new WarmUp.GivenUpException("cannot listen: " + Errno.text(-result));
        }
        return new WarmUpSocket(fd, SockAddr.read(sockAddr, Memory.getInt(length)));
    }
}
