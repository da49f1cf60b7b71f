package io.sozu.bindings.linux;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;

/**
 * Bytes and descriptors in one message over an AF_UNIX socket (SCM_RIGHTS).
 *
 * <p>An instance belongs to one thread and owns its native block until {@link #close()}. Received descriptors
 * are the caller's, and close on exec. A message whose descriptors did not all arrive leaves none: half a set
 * is of no use.
 */
public final class FdMessage implements AutoCloseable {
    /** The most the kernel lets one message carry. */
    public static final int MAX_FDS = 253;

    /*
     *  0                56          72
     *  +----------------+-----------+---------------------------+
     *  | struct msghdr  | one iovec | control block             |
     *  +----------------+-----------+---------------------------+
     */
    private static final int VECTOR = MessageHeader.SIZE_BYTES;
    private static final int VECTOR_LENGTH = VECTOR + Long.BYTES;
    private static final int CONTROL = VECTOR + 2 * Long.BYTES;

    private final int controlBytes;
    private final int sizeBytes;
    private final long block;
    private final int[] received;
    private int receivedCount;
    private boolean truncated;

    /** Makes room for as many descriptors as the kernel sends at once. */
    public FdMessage() {
        this(MAX_FDS);
    }

    /** Makes room for so many descriptors, a message with more is received without any. */
    public FdMessage(final int maxFds) {
        if (maxFds < 1 || maxFds > MAX_FDS) {
            throw new IllegalArgumentException("1 to " + MAX_FDS + " descriptors, not " + maxFds);
        }
        received = new int[maxFds];
        controlBytes = ControlMessage.spaceBytes(maxFds);
        sizeBytes = CONTROL + controlBytes;
        block = NativeMemory.allocate(MemoryTag.CHANNEL, sizeBytes);
    }

    /**
     * Sends bytes, with the descriptors attached to the first of them; they stay the caller's, who may close
     * them.
     *
     * @return the bytes taken, then the descriptors are under way too, or {@code -errno}; {@code -EINVAL} for
     *     descriptors without bytes or too many of them
     */
    public long send(final Kernel kernel, final int fd, final long address, final int lengthBytes,
            final int[] fds, final int fdCount) {
        if (fdCount < 0 || fdCount > received.length || fdCount > 0 && lengthBytes <= 0) {
            return -Errno.EINVAL;
        }
        vector(address, lengthBytes);
        if (fdCount > 0) {
            final long control = block + CONTROL;
            MessageHeader.control(block, control, ControlMessage.rights(control, fdCount));
            for (int i = 0; i < fdCount; i++) {
                Memory.putInt(ControlMessage.fdAddress(control, i), fds[i]);
            }
        }
        return kernel.sendMessage(fd, block, 0);
    }

    /**
     * Receives bytes and the descriptors attached to one of them; a stream is never read past their message.
     *
     * @return the bytes received, 0 at the end of the stream, or {@code -errno}
     */
    public long receive(final Kernel kernel, final int fd, final long address, final int capacityBytes) {
        receivedCount = 0;
        truncated = false;
        vector(address, capacityBytes);
        MessageHeader.control(block, block + CONTROL, controlBytes);
        final long result = kernel.receiveMessage(fd, block, 0);
        if (result < 0) {
            return result;
        }
        take(kernel, Math.min(MessageHeader.controlLength(block), controlBytes));
        if ((MessageHeader.flags(block) & SocketOptions.MSG_CTRUNC) != 0) {
            truncated = true;
        }
        if (truncated) {
            closeReceived(kernel);
        }
        return result;
    }

    private void vector(final long address, final int lengthBytes) {
        Memory.putLong(block + VECTOR, address);
        Memory.putLong(block + VECTOR_LENGTH, lengthBytes);
        MessageHeader.vector(block, block + VECTOR, 1);
    }

    private void take(final Kernel kernel, final long lengthBytes) {
        final long control = block + CONTROL;
        long at = 0;
        while (ControlMessage.isWhole(control, at, lengthBytes)) {
            final int count = ControlMessage.fdCount(control + at);
            for (int i = 0; i < count; i++) {
                keep(kernel, Memory.getInt(ControlMessage.fdAddress(control + at, i)));
            }
            at = ControlMessage.next(control, at);
        }
    }

    /** The control block is rounded up: for an odd number of descriptors it has room for one more. */
    private void keep(final Kernel kernel, final int fd) {
        if (receivedCount < received.length) {
            received[receivedCount++] = fd;
        } else {
            truncated = true;
            kernel.close(fd);
        }
    }

    private void closeReceived(final Kernel kernel) {
        for (int i = 0; i < receivedCount; i++) {
            kernel.close(received[i]);
        }
        receivedCount = 0;
    }

    /** Returns how many descriptors the last {@link #receive} brought. */
    public int fdCount() {
        return receivedCount;
    }

    /** Returns one of them; the caller owns it. */
    public int fd(final int index) {
        if (index < 0 || index >= receivedCount) {
            throw new IndexOutOfBoundsException("descriptor " + index + " of " + receivedCount);
        }
        return received[index];
    }

    /** Tells whether the last message had descriptors that were lost: too many of them, or none left here. */
    public boolean isTruncated() {
        return truncated;
    }

    /** Frees the native block; descriptors received stay open. */
    @Override
    public void close() {
        NativeMemory.free(MemoryTag.CHANNEL, block, sizeBytes);
    }
}
