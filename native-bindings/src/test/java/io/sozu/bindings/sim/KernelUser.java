package io.sozu.bindings.sim;

import io.sozu.bindings.linux.EpollEvents;
import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Calls any {@link Kernel} with Java values: for tests that script a program call by call. */
public final class KernelUser implements AutoCloseable {
    public static final int INET = 2;
    public static final int INET6 = 10;
    private static final int STREAM = 1;
    private static final int DATA_BYTES = 1 << 20;
    private static final int EVENTS = 64;
    private static final int ADDRESS_BYTES = 32;
    private static final int MESSAGE_BYTES = 256;

    private final Kernel kernel;
    private final long data = NativeMemory.allocate(MemoryTag.SCRATCH, DATA_BYTES);
    private final long events = NativeMemory.allocate(MemoryTag.SCRATCH, EVENTS * EpollEvents.SIZE_BYTES);
    private final long address = NativeMemory.allocate(MemoryTag.SCRATCH, ADDRESS_BYTES);
    private final long length = NativeMemory.allocate(MemoryTag.SCRATCH, 8);

    private final long message = NativeMemory.allocate(MemoryTag.SCRATCH, MESSAGE_BYTES);

    public KernelUser(final Kernel kernel) {
        this.kernel = kernel;
    }

    /** One event of a wait: the data given at registration and the bits. */
    public record Event(long data, int bits) {
        @Override
        public String toString() {
            return data + ":" + SimTrace.bits(bits);
        }
    }

    /** Opens a listening socket on 127.0.0.1 and a free port. */
    public int listen(final int backlog) {
        final int fd = socket();
        check("bind", bind(fd, 0));
        check("listen", kernel.listen(fd, backlog));
        return fd;
    }

    /** Opens a TCP socket with TCP_NODELAY, so that bytes do not wait for acknowledgements. */
    public int socket() {
        final int fd = check("socket", kernel.socket(INET, STREAM, 0));
        check("TCP_NODELAY", kernel.setOption(fd, 6, 1, 1));
        return fd;
    }

    public int bind(final int fd, final int port) {
        return kernel.bind(fd, loopback(port), 16);
    }

    /** Returns the port of this end. */
    public int portOf(final int fd) {
        Memory.putInt(length, ADDRESS_BYTES);
        check("getsockname", kernel.socketName(fd, address, length));
        return Short.toUnsignedInt(Short.reverseBytes(Memory.getShort(address + 2)));
    }

    /** Returns the port of the other end or {@code -errno}. */
    public int peerPortOf(final int fd) {
        Memory.putInt(length, ADDRESS_BYTES);
        final int result = kernel.peerName(fd, address, length);
        return result < 0 ? result : Short.toUnsignedInt(Short.reverseBytes(Memory.getShort(address + 2)));
    }

    public int connect(final int fd, final int port) {
        return kernel.connect(fd, loopback(port), 16);
    }

    public int connect(final int fd, final String ip, final int port) {
        final String[] parts = ip.split("\\.");
        loopback(port);
        for (int i = 0; i < 4; i++) {
            Memory.putByte(address + 4 + i, (byte) Integer.parseInt(parts[i]));
        }
        return kernel.connect(fd, address, 16);
    }

    private long loopback(final int port) {
        Memory.zero(address, ADDRESS_BYTES);
        Memory.putShort(address, (short) INET);
        Memory.putShort(address + 2, Short.reverseBytes((short) port));
        Memory.putInt(address + 4, Integer.reverseBytes(0x7f000001));
        return address;
    }

    /** Accepts one connection: a descriptor or {@code -errno}. */
    public int accept(final int fd) {
        return kernel.accept(fd, 0, 0);
    }

    public long send(final int fd, final String text) {
        return send(fd, text, 0);
    }

    public long send(final int fd, final String text, final int flags) {
        final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return send(fd, bytes, bytes.length, flags);
    }

    public long send(final int fd, final byte[] bytes, final int lengthBytes) {
        return send(fd, bytes, lengthBytes, 0);
    }

    private long send(final int fd, final byte[] bytes, final int lengthBytes, final int flags) {
        Memory.copy(bytes, 0, data, lengthBytes);
        return kernel.send(fd, data, lengthBytes, flags);
    }

    /** Sends two pieces in one call. */
    public long sendVector(final int fd, final String first, final String second) {
        final byte[] head = first.getBytes(StandardCharsets.ISO_8859_1);
        final byte[] tail = second.getBytes(StandardCharsets.ISO_8859_1);
        Memory.copy(head, 0, data, head.length);
        Memory.copy(tail, 0, data + DATA_BYTES / 2, tail.length);
        vector(0, data, head.length);
        vector(1, data + DATA_BYTES / 2, tail.length);
        return kernel.sendVector(fd, message, 2);
    }

    /** Sends text with a copy of a descriptor over an AF_UNIX socket. */
    public long sendDescriptor(final int fd, final String text, final int passed) {
        final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        Memory.copy(bytes, 0, data, bytes.length);
        vector(0, data, bytes.length);
        final long control = messageHeader(20);
        Memory.putLong(control, 20);
        Memory.putInt(control + 8, 1);
        Memory.putInt(control + 12, 1);
        Memory.putInt(control + 16, passed);
        return kernel.sendMessage(fd, message + 64, 0);
    }

    /** Receives bytes and at most one descriptor: the descriptor, 0 when none came, or {@code -errno}. */
    public int receiveDescriptor(final int fd, final int maxBytes) {
        vector(0, data, maxBytes);
        final long control = messageHeader(24);
        final long count = kernel.receiveMessage(fd, message + 64, 0);
        if (count < 0) {
            return (int) count;
        }
        return Memory.getLong(message + 64 + 40) < 20 ? 0 : Memory.getInt(control + 16);
    }

    private void vector(final int index, final long base, final long lengthBytes) {
        Memory.putLong(message + 16L * index, base);
        Memory.putLong(message + 16L * index + 8, lengthBytes);
    }

    /** Fills a msghdr for one vector and a control block of so many bytes; returns the block's address. */
    private long messageHeader(final int controlBytes) {
        final long header = message + 64;
        Memory.zero(header, MESSAGE_BYTES - 64);
        Memory.putLong(header + 16, message);
        Memory.putLong(header + 24, 1);
        Memory.putLong(header + 32, header + 64);
        Memory.putLong(header + 40, controlBytes);
        return header + 64;
    }

    /** Sends until nothing more is taken; returns the bytes that were. */
    public long fill(final int fd) {
        long total = 0;
        while (true) {
            final long count = kernel.send(fd, data, 64 << 10, 0);
            if (count < 0) {
                return total;
            }
            total += count;
        }
    }

    /** Receives until nothing more is there; returns the bytes that were. */
    public long drain(final int fd) {
        long total = 0;
        while (true) {
            final long count = kernel.receive(fd, data, 64 << 10, 0);
            if (count <= 0) {
                return total;
            }
            total += count;
        }
    }

    /** Receives: the text, or the result in brackets when there is none. */
    public String receive(final int fd, final int maxBytes) {
        return receive(fd, maxBytes, 0);
    }

    public String receive(final int fd, final int maxBytes, final int flags) {
        final long count = kernel.receive(fd, data, maxBytes, flags);
        if (count <= 0) {
            return "[" + count + "]";
        }
        return new String(Memory.toArray(data, (int) count), StandardCharsets.ISO_8859_1);
    }

    /** Registers a descriptor with itself as data. */
    public int add(final int epollFd, final int fd, final int bits) {
        return control(epollFd, EpollFlags.ADD, fd, bits, fd);
    }

    /** epoll_ctl with the event's bits and data. */
    public int control(final int epollFd, final int operation, final int fd, final int bits, final long tag) {
        EpollEvents.set(events, 0, bits, tag);
        return kernel.epollControl(epollFd, operation, fd, events);
    }

    /** Waits and returns the events in their order. */
    public List<Event> events(final int epollFd, final int maxEvents, final int timeoutMillis) {
        final int count = check("epoll_wait", kernel.epollWait(epollFd, events, maxEvents, timeoutMillis));
        final List<Event> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            found.add(new Event(EpollEvents.data(events, i), EpollEvents.events(events, i)));
        }
        return found;
    }

    public List<Event> events(final int epollFd, final int timeoutMillis) {
        return events(epollFd, EVENTS, timeoutMillis);
    }

    /** Waits until a time-out passes without events; returns the events in their order. */
    public List<Event> allEvents(final int epollFd, final int timeoutMillis) {
        final List<Event> found = new ArrayList<>();
        List<Event> some = events(epollFd, timeoutMillis);
        while (!some.isEmpty()) {
            found.addAll(some);
            some = events(epollFd, timeoutMillis);
        }
        return found;
    }

    private static int check(final String call, final int result) {
        if (result < 0) {
            throw new AssertionError(call + ": " + result);
        }
        return result;
    }

    @Override
    public void close() {
        NativeMemory.free(MemoryTag.SCRATCH, data, DATA_BYTES);
        NativeMemory.free(MemoryTag.SCRATCH, events, EVENTS * EpollEvents.SIZE_BYTES);
        NativeMemory.free(MemoryTag.SCRATCH, address, ADDRESS_BYTES);
        NativeMemory.free(MemoryTag.SCRATCH, length, 8);
        NativeMemory.free(MemoryTag.SCRATCH, message, MESSAGE_BYTES);
    }
}
