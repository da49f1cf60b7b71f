package io.sozu.bindings.linux;

import io.sozu.bindings.memory.Memory;

/**
 * {@code struct msghdr} of sendmsg(2), the same on x86-64 and aarch64 with the GNU C library.
 *
 * <pre>
 *  0        8         12   16       24       32          40           48      52   56
 *  +--------+---------+----+--------+--------+-----------+------------+-------+----+
 *  | name   | nameLen | -- | iovecs | count  | control   | controlLen | flags | -- |
 *  +--------+---------+----+--------+--------+-----------+------------+-------+----+
 * </pre>
 */
final class MessageHeader {
    static final int SIZE_BYTES = 56;
    static final int NAME = 0;
    static final int NAME_LENGTH = 8;
    static final int VECTOR = 16;
    static final int VECTOR_COUNT = 24;
    static final int CONTROL = 32;
    static final int CONTROL_LENGTH = 40;
    static final int FLAGS = 48;

    private MessageHeader() {
    }

    /** Makes a header of vectors alone: no name, no control block. */
    static void vector(final long header, final long iovecAddress, final long iovecCount) {
        Memory.putLong(header + NAME, 0);
        Memory.putInt(header + NAME_LENGTH, 0);
        Memory.putLong(header + VECTOR, iovecAddress);
        Memory.putLong(header + VECTOR_COUNT, iovecCount);
        control(header, 0, 0);
    }

    /** Returns the bytes of the control block that hold something. */
    static long controlLength(final long header) {
        return Memory.getLong(header + CONTROL_LENGTH);
    }

    /** Returns what recvmsg(2) told: {@code MSG_CTRUNC} and its like. */
    static int flags(final long header) {
        return Memory.getInt(header + FLAGS);
    }

    /** Sets the control block. */
    static void control(final long header, final long address, final long lengthBytes) {
        Memory.putLong(header + CONTROL, address);
        Memory.putLong(header + CONTROL_LENGTH, lengthBytes);
        Memory.putInt(header + FLAGS, 0);
    }
}
