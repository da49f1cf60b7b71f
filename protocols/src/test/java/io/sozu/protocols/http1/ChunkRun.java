package io.sozu.protocols.http1;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.GuardedBlock;
import io.sozu.protocols.http.HeadFault;
import java.nio.charset.StandardCharsets;

/** Delivers a chunked body in parts, as a buffer would, each time against a page that is not there. */
final class ChunkRun implements AutoCloseable {
    private final GuardedBlock block = new GuardedBlock(256 * 1024);
    private final long state = NativeMemory.allocate(MemoryTag.SCRATCH, ChunkScanner.STATE_BYTES);
    private final ChunkScanner scanner = new ChunkScanner();
    private String verdict;
    private byte[] rest;
    private long dataBytes;

    /** Returns all output of a fresh body delivered so many bytes at a time, until it ends or is refused. */
    String deliver(final byte[] wire, final boolean plain, final int partBytes) {
        Memory.zero(state, ChunkScanner.STATE_BYTES);
        final StringBuilder output = new StringBuilder();
        rest = new byte[0];
        dataBytes = 0;
        int result = 0;
        for (int from = 0; from < wire.length && result == 0; from += partBytes) {
            final int part = Math.min(partBytes, wire.length - from);
            final byte[] received = new byte[rest.length + part];
            System.arraycopy(rest, 0, received, 0, rest.length);
            System.arraycopy(wire, from, received, rest.length, part);
            final long address = block.place(received);
            result = scanner.scan(state, address, received.length, plain);
            output.append(NativeText.text(address, scanner.outputBytes()));
            rest = Memory.toArray(address + scanner.outputBytes(), scanner.restBytes());
            dataBytes += scanner.dataBytes();
        }
        verdict = result < 0 ? HeadFault.of(result).name() : result == ChunkScanner.ENDED ? "ended" : "more";
        return output.toString();
    }

    String verdict() {
        return verdict;
    }

    String rest() {
        return new String(rest, StandardCharsets.ISO_8859_1);
    }

    long dataBytes() {
        return dataBytes;
    }

    @Override
    public void close() {
        NativeMemory.free(MemoryTag.SCRATCH, state, ChunkScanner.STATE_BYTES);
        block.close();
    }
}
