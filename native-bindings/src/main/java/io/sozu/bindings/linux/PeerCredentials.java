package io.sozu.bindings.linux;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.lang.foreign.MemorySegment;

/**
 * Who is at the other end of an AF_UNIX socket: what the peer was when it connected ({@code struct ucred}).
 *
 * @param pid the process, 0 when it is not visible from here
 * @param uid the effective user
 * @param gid the effective group
 */
public record PeerCredentials(int pid, int uid, int gid) {
    static final int PID = 0;
    static final int UID = 4;
    static final int GID = 8;
    static final int SIZE_BYTES = 12;
    private static final int LENGTH = 12;
    private static final int BLOCK_BYTES = 16;
    private static final MemorySegment GETSOCKOPT = Downcalls.function("getsockopt");

    /**
     * Asks the kernel, SO_PEERCRED of unix(7); control path.
     *
     * @throws KernelException when the descriptor is no socket
     */
    public static PeerCredentials of(final int fd) {
        final long block = NativeMemory.allocate(MemoryTag.CHANNEL, BLOCK_BYTES);
        try (Downcalls calls = new Downcalls()) {
            Memory.putInt(block + LENGTH, SIZE_BYTES);
            KernelException.check("SO_PEERCRED", calls.intResult(calls.quick5(GETSOCKOPT, fd,
                    SocketOptions.SOL_SOCKET, SocketOptions.SO_PEERCRED, block, block + LENGTH)));
            return new PeerCredentials(Memory.getInt(block + PID), Memory.getInt(block + UID),
                    Memory.getInt(block + GID));
        } finally {
            NativeMemory.free(MemoryTag.CHANNEL, block, BLOCK_BYTES);
        }
    }
}
