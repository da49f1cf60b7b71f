package io.sozu.bindings.sim;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.memory.Memory;

/** An eventfd(2) counter. */
final class SimEventFd extends SimFile {
    private static final long MAX_COUNT = -2;
    private long count;

    long read(final long address, final long lengthBytes) {
        if (lengthBytes < Long.BYTES) {
            return -Errno.EINVAL;
        }
        if (count == 0) {
            return -Errno.EAGAIN;
        }
        Memory.putLong(address, count);
        count = 0;
        wake(EpollFlags.OUT);
        return Long.BYTES;
    }

    long write(final long address, final long lengthBytes) {
        if (lengthBytes < Long.BYTES) {
            return -Errno.EINVAL;
        }
        final long added = Memory.getLong(address);
        if (added == -1) {
            return -Errno.EINVAL;
        }
        if (Long.compareUnsigned(MAX_COUNT - count, added) < 0) {
            return -Errno.EAGAIN;
        }
        count += added;
        wake(EpollFlags.IN);
        return Long.BYTES;
    }

    @Override
    int poll() {
        return (count != 0 ? EpollFlags.IN : 0)
                | (Long.compareUnsigned(count, MAX_COUNT) < 0 ? EpollFlags.OUT : 0);
    }

    @Override
    void lastClose() {
        count = 0;
    }

    @Override
    String describe() {
        return "eventfd " + Long.toUnsignedString(count);
    }
}
