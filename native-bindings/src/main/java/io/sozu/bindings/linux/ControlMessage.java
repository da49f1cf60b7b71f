package io.sozu.bindings.linux;

import io.sozu.bindings.memory.Memory;

/**
 * {@code struct cmsghdr} of sendmsg(2) with SCM_RIGHTS or the type of a record of TLS, the same on x86-64 and
 * aarch64 with the GNU C library.
 *
 * <pre>
 *  0          8        12       16
 *  +----------+--------+--------+------+------+-----
 *  | length   | level  | type   | fd   | fd   | ...     (length: with this header; the next starts at 8 * n)
 *  +----------+--------+--------+------+------+-----
 * </pre>
 */
final class ControlMessage {
    static final int LENGTH = 0;
    static final int LEVEL = 8;
    static final int TYPE = 12;
    static final int DATA = 16;
    private static final int ALIGNMENT_MASK = 7;

    private ControlMessage() {
    }

    /** Returns the room of so many descriptors: {@code CMSG_SPACE}. */
    static int spaceBytes(final int fdCount) {
        return DATA + (fdCount * Integer.BYTES + ALIGNMENT_MASK & ~ALIGNMENT_MASK);
    }

    /** Makes a header of so many descriptors, and returns the length of the control block. */
    static int rights(final long address, final int fdCount) {
        Memory.putLong(address + LENGTH, DATA + (long) fdCount * Integer.BYTES);
        Memory.putInt(address + LEVEL, SocketOptions.SOL_SOCKET);
        Memory.putInt(address + TYPE, SocketOptions.SCM_RIGHTS);
        return spaceBytes(fdCount);
    }

    /** Makes a message that says of what type a record of TLS is; returns the control block's length. */
    static int recordType(final long address, final int type) {
        Memory.putLong(address + LENGTH, DATA + 1);
        Memory.putInt(address + LEVEL, SocketOptions.SOL_TLS);
        Memory.putInt(address + TYPE, SocketOptions.TLS_SET_RECORD_TYPE);
        Memory.putLong(address + DATA, type);
        return DATA + Long.BYTES;
    }

    /** Returns where a descriptor stands. */
    static long fdAddress(final long address, final int index) {
        return address + DATA + (long) index * Integer.BYTES;
    }

    /** Returns how many descriptors stand in an entry of the control block. */
    static int fdCount(final long address) {
        final boolean rights = Memory.getInt(address + LEVEL) == SocketOptions.SOL_SOCKET
                && Memory.getInt(address + TYPE) == SocketOptions.SCM_RIGHTS;
        return rights ? (int) ((Memory.getLong(address + LENGTH) - DATA) / Integer.BYTES) : 0;
    }

    /** Returns where the entry after one that starts at {@code at} would start. */
    static long next(final long block, final long at) {
        return at + Memory.getLong(block + at + LENGTH) + ALIGNMENT_MASK & ~ALIGNMENT_MASK;
    }

    /** Tells whether an entry stands at {@code at} as a whole. */
    static boolean isWhole(final long block, final long at, final long blockBytes) {
        if (at + DATA > blockBytes) {
            return false;
        }
        final long length = Memory.getLong(block + at + LENGTH);
        return length >= DATA && length <= blockBytes - at;
    }
}
