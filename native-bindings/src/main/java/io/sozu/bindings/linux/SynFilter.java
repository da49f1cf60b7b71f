package io.sozu.bindings.linux;

import io.sozu.bindings.memory.Memory;

/**
 * A classic BPF program ({@code struct sock_fprog}, linux/filter.h) that drops TCP segments with the SYN
 * flag. The filter of a TCP socket sees segments from their TCP header on; the flags are its byte 13.
 *
 * <pre>
 *   0 instruction count (u16) | 8 address of the instructions (u64) | 16 four instructions of 8 bytes
 *   instruction: 0 code (u16) | 2 jump if true (u8) | 3 jump if false (u8) | 4 operand (u32)
 * </pre>
 */
final class SynFilter {
    /** What setsockopt(2) is told the size of the option is. */
    static final int PROGRAM_BYTES = 16;
    static final int SIZE_BYTES = PROGRAM_BYTES + 4 * 8;
    private static final int LOAD_BYTE = 0x30;
    private static final int JUMP_IF_SET = 0x45;
    private static final int RETURN = 0x06;
    private static final int FLAGS_OFFSET = 13;
    private static final int SYN = 0x02;
    private static final int WHOLE = -1;

    private SynFilter() {
    }

    /** Writes the program to memory of {@link #SIZE_BYTES}; returns the address to give to setsockopt(2). */
    static long write(final long address) {
        final long code = address + PROGRAM_BYTES;
        Memory.putLong(address, 4);
        Memory.putLong(address + 8, code);
        instruction(code, LOAD_BYTE, 0, FLAGS_OFFSET);
        instruction(code + 8, JUMP_IF_SET, 1 << 8, SYN);
        instruction(code + 16, RETURN, 0, 0);
        instruction(code + 24, RETURN, 0, WHOLE);
        return address;
    }

    private static void instruction(final long at, final int code, final int jumps, final int operand) {
        Memory.putShort(at, (short) code);
        Memory.putShort(at + 2, (short) jumps);
        Memory.putInt(at + 4, operand);
    }
}
