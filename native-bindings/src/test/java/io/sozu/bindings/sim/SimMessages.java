package io.sozu.bindings.sim;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.memory.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * sendmsg(2) and recvmsg(2) over {@code struct msghdr} of a 64-bit Linux, with SCM_RIGHTS.
 *
 * <pre>
 *   0 name  8 namelen  16 iov  24 iovlen  32 control  40 controllen  48 flags
 *   cmsghdr: 0 len (with the header)  8 level  12 type  16 data
 * </pre>
 */
final class SimMessages {
    private static final int IOV = 16;
    private static final int IOV_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int CONTROL_HEADER_BYTES = 16;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int SOL_TLS = 282;
    private static final int SET_RECORD_TYPE = 1;
    private static final int MSG_CTRUNC = 8;
    private static final int MAX_IOVECS = 1024;
    private static final int MAX_FILES = 253;

    private final SimFds fds;

    SimMessages(final SimFds fds) {
        this.fds = fds;
    }

    static long iovecAddress(final long header) {
        return Memory.getLong(header + IOV);
    }

    static int iovecCount(final long header) {
        return (int) Memory.getLong(header + IOV_COUNT);
    }

    /** Returns the type of the record of TLS that a message is to make: TLS_SET_RECORD_TYPE. */
    static int recordType(final long header) {
        final long control = Memory.getLong(header + CONTROL);
        final boolean told = Memory.getLong(header + CONTROL_LENGTH) > CONTROL_HEADER_BYTES
                && Memory.getInt(control + 8) == SOL_TLS && Memory.getInt(control + 12) == SET_RECORD_TYPE;
        return told ? Memory.getByte(control + CONTROL_HEADER_BYTES) & 0xff : SimRecords.APPLICATION_DATA;
    }

    /** Copies what the vectors hold into the array; returns their total length or an error. */
    static long gather(final long iovecAddress, final int count, final byte[] target) {
        if (count < 0 || count > MAX_IOVECS) {
            return -Errno.EINVAL;
        }
        long total = 0;
        for (int i = 0; i < count; i++) {
            final long base = Memory.getLong(iovecAddress + 16L * i);
            final long length = Memory.getLong(iovecAddress + 16L * i + 8);
            final int part = (int) Math.clamp(target.length - total, 0, length);
            if (part > 0) {
                Memory.copy(base, target, (int) total, part);
            }
            total += length;
        }
        return total;
    }

    /** Copies received bytes into the vectors. */
    static void scatter(final byte[] source, final int lengthBytes, final long iovecAddress,
            final int count) {
        int done = 0;
        for (int i = 0; i < count && done < lengthBytes; i++) {
            final long base = Memory.getLong(iovecAddress + 16L * i);
            final int part = (int) Math.min(Memory.getLong(iovecAddress + 16L * i + 8), lengthBytes - done);
            Memory.copy(source, done, base, part);
            done += part;
        }
    }

    static long vectorBytes(final long iovecAddress, final int count) {
        long total = 0;
        for (int i = 0; i < count; i++) {
            total += Memory.getLong(iovecAddress + 16L * i + 8);
        }
        return total;
    }

    /** Reads the descriptors of the control block into the list; 0 or an error. */
    int takeRights(final long header, final List<SimFile> files) {
        final long control = Memory.getLong(header + CONTROL);
        final long length = Memory.getLong(header + CONTROL_LENGTH);
        long at = 0;
        while (control != 0 && at + CONTROL_HEADER_BYTES <= length) {
            final long entryBytes = Memory.getLong(control + at);
            if (entryBytes < CONTROL_HEADER_BYTES || at + entryBytes > length) {
                return -Errno.EINVAL;
            }
            final boolean socketLevel = Memory.getInt(control + at + 8) == SOL_SOCKET;
            if (socketLevel && Memory.getInt(control + at + 12) == SCM_RIGHTS) {
                for (long i = CONTROL_HEADER_BYTES; i + 4 <= entryBytes; i += 4) {
                    final SimFile file = fds.file(Memory.getInt(control + at + i));
                    if (file == null) {
                        return -Errno.EBADF;
                    }
                    files.add(file);
                }
            }
            at += entryBytes + 7 & ~7L;
        }
        return files.size() > MAX_FILES ? -Errno.EINVAL : 0;
    }

    /** Opens a descriptor per received file and writes the control block; what does not fit is closed. */
    void putRights(final long header, final List<SimFile> files) {
        final long control = Memory.getLong(header + CONTROL);
        final long room = control == 0 ? 0 : Memory.getLong(header + CONTROL_LENGTH);
        final int fitting = Math.clamp((room - CONTROL_HEADER_BYTES) / 4, 0, files.size());
        final List<Integer> opened = new ArrayList<>();
        for (int i = 0; i < fitting; i++) {
            final int fd = fds.open(files.get(i));
            if (fd < 0) {
                break;
            }
            opened.add(fd);
        }
        files.forEach(SimFile::release);
        Memory.putInt(header + FLAGS, opened.size() < files.size() ? MSG_CTRUNC : 0);
        final long used = opened.isEmpty() ? 0 : CONTROL_HEADER_BYTES + 4L * opened.size();
        Memory.putLong(header + CONTROL_LENGTH, Math.min(room, used + 7 & ~7L));
        if (used > 0) {
            Memory.putLong(control, used);
            Memory.putInt(control + 8, SOL_SOCKET);
            Memory.putInt(control + 12, SCM_RIGHTS);
            for (int i = 0; i < opened.size(); i++) {
                Memory.putInt(control + CONTROL_HEADER_BYTES + 4L * i, opened.get(i));
            }
        }
    }
}
