package io.sozu.perf.fuzz;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.sim.GuardedBlock;
import io.sozu.protocols.http1.HeadRewriter;
import java.util.Arrays;

/**
 * A head against a page that is not there, behind the room it may grow into; before that stand bytes nobody
 * may touch.
 */
final class HeadRoom {
    private static final int CANARY_BYTES = 256;
    private static final byte CANARY = 0x5c;
    private static final byte[] UNTOUCHED = new byte[CANARY_BYTES];

    static {
        Arrays.fill(UNTOUCHED, CANARY);
    }

    private final GuardedBlock block = new GuardedBlock(256 << 10);

    /** Returns the address of the first so many bytes of a head. */
    long place(final byte[] head, final int lengthBytes) {
        final long address = block.place(head, 0, lengthBytes);
        Memory.copy(UNTOUCHED, 0, canary(address), CANARY_BYTES);
        return address;
    }

    private static long canary(final long address) {
        return address - HeadRewriter.MAX_GROWTH_BYTES - CANARY_BYTES;
    }

    /** Fails when something wrote before the room of the head placed there. */
    void checkUntouched(final long address) {
        Oracle.check(Arrays.equals(UNTOUCHED, Memory.toArray(canary(address), CANARY_BYTES)),
                () -> "written before the head-room");
    }
}
