package io.sozu.bindings.sim;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.memory.Memory;
import java.util.List;

/** Moves bytes between native memory and sockets, with the faults of the plan in between. */
final class SimStreams {
    private final SimFaults faults;
    private final byte[] scratch = new byte[SimBuffers.MAX_BYTES];

    SimStreams(final SimFaults faults) {
        this.faults = faults;
    }

    long receive(final SimSocket socket, final long address, final long lengthBytes, final boolean peek) {
        final long allowed = allowedToReceive(socket, lengthBytes);
        if (allowed < 0) {
            return allowed;
        }
        final long count = socket.receive(scratch, (int) allowed, peek);
        if (count > 0) {
            Memory.copy(scratch, 0, address, (int) count);
        }
        return afterReceive(socket, lengthBytes, allowed, count);
    }

    long receiveVector(final SimSocket socket, final long iovecAddress, final int iovecCount,
            final boolean peek, final List<SimFile> files) {
        final long wanted = SimMessages.vectorBytes(iovecAddress, iovecCount);
        final long allowed = allowedToReceive(socket, wanted);
        if (allowed < 0) {
            return allowed;
        }
        final long count = socket instanceof SimUnix channel
                ? channel.receive(scratch, (int) allowed, peek, files)
                : socket.receive(scratch, (int) allowed, peek);
        if (count > 0) {
            SimMessages.scatter(scratch, (int) count, iovecAddress, iovecCount);
        }
        return afterReceive(socket, wanted, allowed, count);
    }

    /** Returns how many bytes may be received now, or the error a fault answers with. */
    private long allowedToReceive(final SimSocket socket, final long lengthBytes) {
        final int readable = socket.readableBytes();
        final long full = Math.min(lengthBytes, scratch.length);
        if (readable == 0 || lengthBytes <= 0 || socket.isReadStalled()) {
            return Math.max(0, full);
        }
        if (faults.happens(Fault.RESET_ON_READ) && socket.breakConnection()) {
            return -Errno.ECONNRESET;
        }
        if (faults.happens(Fault.READ_AGAIN)) {
            socket.stallReading(faults.delayNanos(Fault.READ_AGAIN));
            return -Errno.EAGAIN;
        }
        final int possible = (int) Math.min(full, readable);
        return possible > 1 && faults.happens(Fault.SHORT_READ)
                ? 1 + faults.below(Fault.SHORT_READ, possible - 1) : full;
    }

    /** What a short read left behind must look as if it arrived after it. */
    private long afterReceive(final SimSocket socket, final long lengthBytes, final long allowed,
            final long count) {
        if (count == allowed && allowed < Math.min(lengthBytes, scratch.length)) {
            socket.stallReading(faults.delayNanos(Fault.SHORT_READ));
        }
        return count;
    }

    long send(final SimSocket socket, final long address, final long lengthBytes, final boolean more) {
        socket.moreFollows = more;
        socket.recordType = SimRecords.APPLICATION_DATA;
        final int held = (int) Math.min(lengthBytes, scratch.length);
        if (held > 0) {
            Memory.copy(address, scratch, 0, held);
        }
        return sendScratch(socket, lengthBytes, List.of());
    }

    long sendVector(final SimSocket socket, final long iovecAddress, final int iovecCount,
            final List<SimFile> files, final int recordType) {
        socket.moreFollows = false;
        socket.recordType = recordType;
        final long total = SimMessages.gather(iovecAddress, iovecCount, scratch);
        return total < 0 ? total : sendScratch(socket, total, files);
    }

    private long sendScratch(final SimSocket socket, final long wantedBytes, final List<SimFile> files) {
        if (wantedBytes > 0 && !socket.isWriteStalled()) {
            if (faults.happens(Fault.RESET_ON_WRITE) && socket.breakConnection()) {
                return -Errno.ECONNRESET;
            }
            if (socket.canSend() && faults.happens(Fault.WRITE_AGAIN)) {
                socket.stallWriting(faults.delayNanos(Fault.WRITE_AGAIN));
                return -Errno.EAGAIN;
            }
            final boolean whole = socket.recordType != SimRecords.APPLICATION_DATA;
            if (wantedBytes > 1 && !whole && socket.canSend() && faults.happens(Fault.SHORT_WRITE)) {
                final int possible = (int) Math.min(wantedBytes, scratch.length);
                final int cut = 1 + faults.below(Fault.SHORT_WRITE, possible - 1);
                final long count = put(socket, cut, files);
                socket.stallWriting(faults.delayNanos(Fault.SHORT_WRITE));
                return count;
            }
        }
        return put(socket, wantedBytes, files);
    }

    private long put(final SimSocket socket, final long wantedBytes, final List<SimFile> files) {
        return socket instanceof SimUnix channel ? channel.send(scratch, 0, wantedBytes, files)
                : socket.records != null ? socket.records.send(socket, scratch, wantedBytes)
                : socket.send(scratch, 0, wantedBytes);
    }
}
