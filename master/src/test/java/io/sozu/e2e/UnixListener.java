package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.linux.SockAddr;
import io.sozu.bindings.linux.SocketOptions;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.nio.file.Path;

/** A unix socket, of a file or of an abstract name, that the test's own thread listens on and serves. */
final class UnixListener implements AutoCloseable {
    private static final int BLOCK_BYTES = 4096;
    private static final String HEAD_END = "\r\n\r\n";

    private final LinuxKernel kernel = new LinuxKernel();
    private final long block = NativeMemory.allocate(MemoryTag.SCRATCH, BLOCK_BYTES);
    private final int fd;

    private UnixListener(final boolean isAbstract, final String name, final int backlog) {
        fd = check(kernel.socket(SocketOptions.AF_UNIX, SocketOptions.SOCK_STREAM, 0));
        check(kernel.bind(fd, block, isAbstract ? SockAddr.writeAbstract(block, name)
                : SockAddr.writeUnix(block, name)));
        check(kernel.listen(fd, backlog));
    }

    static UnixListener at(final Path path, final int backlog) {
        return new UnixListener(false, path.toString(), backlog);
    }

    static UnixListener named(final String name, final int backlog) {
        return new UnixListener(true, name, backlog);
    }

    /** Waits for the next connection and returns its descriptor. */
    int accept() {
        final int[] accepted = new int[1];
        Await.until("a connection comes", () -> {
            accepted[0] = kernel.accept(fd, 0, 0);
            return accepted[0] >= 0;
        });
        return accepted[0];
    }

    /** Reads the head of one request and answers it; returns the head. */
    String serve(final int connection, final String body) {
        final StringBuilder head = new StringBuilder();
        Await.until("a request comes", () -> {
            final long count = kernel.receive(connection, block, BLOCK_BYTES, 0);
            if (count > 0) {
                head.append(new String(Memory.toArray(block, (int) count), ISO_8859_1));
            }
            return head.indexOf(HEAD_END) >= 0;
        });
        final byte[] answer = ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + HEAD_END + body)
                .getBytes(ISO_8859_1);
        Memory.copy(answer, 0, block, answer.length);
        check((int) kernel.send(connection, block, answer.length, 0));
        return head.toString();
    }

    /** Tells whether the other end of a connection has closed it. */
    boolean isEnded(final int connection) {
        return kernel.receive(connection, block, BLOCK_BYTES, 0) == 0;
    }

    void close(final int connection) {
        kernel.close(connection);
    }

    private static int check(final int result) {
        if (result < 0) {
            throw new AssertionError(Errno.describe(-result));
        }
        return result;
    }

    @Override
    public void close() {
        kernel.close(fd);
        kernel.close();
        NativeMemory.free(MemoryTag.SCRATCH, block, BLOCK_BYTES);
    }
}
