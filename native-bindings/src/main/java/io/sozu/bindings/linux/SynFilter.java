package io.sozu.bindings.linux;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.lang.foreign.MemorySegment;

/**
 * Makes a listening TCP socket deaf to new connections while those already under way complete.
 *
 * <p>Closing a listening socket resets what its queue holds, and the queue fills while it is emptied. A socket filter
 * (SO_ATTACH_FILTER of socket(7), no privileges needed) that drops every SYN ends that race: the client's kernel sends
 * its SYN again a second later, when the socket is gone or another one has taken its place. Applies to the
 * socket, so to all descriptors of it, for ever.
 *
 * <pre>
 *   program: ldb [13]      the flags: the filter of a TCP socket sees a segment from its TCP header on
 *            jset #SYN, drop, keep
 *            ret #0  (drop)
 *            ret #-1 (keep)
 * </pre>
 */
public final class SynFilter {
    private static final int SO_ATTACH_FILTER = 26;
    private static final int LOAD_BYTE_ABSOLUTE = 0x30;
    private static final int JUMP_IF_SET = 0x45;
    private static final int RETURN = 0x06;
    private static final int TCP_FLAGS = 13;
    private static final int SYN = 0x02;

    private static final int INSTRUCTIONS = 4;
    private static final int INSTRUCTION_BYTES = 8;
    /** {@code struct sock_fprog}: the number of instructions, then their address. */
    private static final int PROGRAM_BYTES = 16;
    private static final int PROGRAM_ADDRESS = 8;
    private static final int BLOCK_BYTES = PROGRAM_BYTES + INSTRUCTIONS * INSTRUCTION_BYTES;

    private SynFilter() {
    }

    /**
     * Attaches the filter; control path.
     *
     * @return 0 or {@code -errno}
     */
    public static int attach(final int fd) {
        final long block = NativeMemory.allocate(MemoryTag.SCRATCH, BLOCK_BYTES);
        try (Downcalls calls = new Downcalls()) {
            final long program = block + PROGRAM_BYTES;
            Memory.putShort(block, (short) INSTRUCTIONS);
            Memory.putLong(block + PROGRAM_ADDRESS, program);
            instruction(program, LOAD_BYTE_ABSOLUTE, 0, TCP_FLAGS);
            instruction(program + INSTRUCTION_BYTES, JUMP_IF_SET, 1, SYN);
            instruction(program + 2 * INSTRUCTION_BYTES, RETURN, 0, 0);
            instruction(program + 3 * INSTRUCTION_BYTES, RETURN, 0, -1);
            final MemorySegment setsockopt = Downcalls.function("setsockopt");
            return calls.intResult(calls.quick5(setsockopt, fd, SocketOptions.SOL_SOCKET, SO_ATTACH_FILTER,
                    block, PROGRAM_BYTES));
        } finally {
            NativeMemory.free(MemoryTag.SCRATCH, block, BLOCK_BYTES);
        }
    }

    /** A jump goes on with the next instruction when true and skips some when not. */
    private static void instruction(final long address, final int code, final int skipIfFalse,
            final int operand) {
        Memory.putShort(address, (short) code);
        Memory.putByte(address + 2, (byte) 0);
        Memory.putByte(address + 3, (byte) skipIfFalse);
        Memory.putInt(address + 4, operand);
    }
}
