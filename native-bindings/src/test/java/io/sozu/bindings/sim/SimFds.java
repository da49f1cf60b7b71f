package io.sozu.bindings.sim;

import io.sozu.bindings.linux.Errno;
import java.util.TreeMap;
import java.util.TreeSet;

/** The descriptor table: the lowest free number is given out, as the kernel does. */
final class SimFds {
    private static final int FIRST = 3;
    private final TreeMap<Integer, SimFile> open = new TreeMap<>();
    private int limit = 1 << 16;

    void limit(final int maxFd) {
        limit = maxFd;
    }

    /** Gives the file a descriptor, or {@code -EMFILE}. */
    int open(final SimFile file) {
        int fd = FIRST;
        if (!open.isEmpty() && open.lastKey() == FIRST + open.size() - 1) {
            fd = FIRST + open.size();
        } else {
            while (open.containsKey(fd)) {
                fd++;
            }
        }
        if (fd >= limit) {
            return -Errno.EMFILE;
        }
        open.put(fd, file);
        file.retain();
        return fd;
    }

    boolean isFull() {
        return open.size() + FIRST >= limit;
    }

    /** Returns the file or null. */
    SimFile file(final int fd) {
        return open.get(fd);
    }

    int close(final int fd) {
        final SimFile file = open.remove(fd);
        if (file == null) {
            return -Errno.EBADF;
        }
        file.release();
        return 0;
    }

    TreeSet<Integer> numbers() {
        return new TreeSet<>(open.keySet());
    }
}
