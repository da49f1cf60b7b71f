package io.sozu.perf.fuzz;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.GuardedBlock;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http1.ChunkScanner;
import java.util.Arrays;

/**
 * Chunked bodies: the same output however they are cut, never past their end, in bounded memory; what is
 * passed on is canonical, is read as itself, and has the data that is passed on plain.
 */
public final class ChunksFuzz {
    private static final int MAX_BYTES = 64 << 10;
    private static final int MAX_REST_BYTES =
            Math.max(ChunkScanner.MAX_LINE_BYTES, 3 + ChunkScanner.DEFAULT_MAX_TRAILER_BYTES);
    private static final GuardedBlock BLOCK = new GuardedBlock(256 << 10);
    private static final long STATE = NativeMemory.allocate(MemoryTag.SCRATCH, ChunkScanner.STATE_BYTES);
    private static final ChunkScanner SCANNER = new ChunkScanner();

    private ChunksFuzz() {
    }

    /** What became of a body. */
    private record Run(String verdict, String output, String rest, long dataBytes) {
        boolean ended() {
            return verdict.equals("ended");
        }

        /** What is the same however a body is cut: of a refused one only why. */
        Run comparable() {
            return ended() || verdict.equals("more") ? this : new Run(verdict, "", "", 0);
        }
    }

    /** Takes one input. */
    public static void fuzzerTestOneInput(final byte[] input) {
        if (input.length > MAX_BYTES) {
            return;
        }
        final Run chunks = checked(input, false);
        final Run plain = checked(input, true);
        Oracle.same(chunks.verdict(), plain.verdict(), () -> "the verdicts");
        if (chunks.ended()) {
            final byte[] canonical = Oracle.bytes(chunks.output());
            final Run again = checked(canonical, false);
            Oracle.same(new Run("ended", chunks.output(), "", chunks.dataBytes()), again, () -> "read again");
            Oracle.same(plain.output(), data(chunks.output()), () -> "the data");
            Oracle.same((long) plain.output().length(), plain.dataBytes(), () -> "the length");
        }
    }

    private static Run checked(final byte[] body, final boolean plain) {
        final Run whole = deliver(body, plain, new int[0]);
        Oracle.same(whole.comparable(), deliver(body, plain, Oracle.cuts(body)).comparable(),
                () -> "in parts");
        for (final int at : Oracle.cuts(body)) {
            Oracle.same(whole.comparable(), deliver(body, plain, new int[] {at}).comparable(),
                    () -> "cut at " + at);
        }
        return whole;
    }

    private static Run deliver(final byte[] body, final boolean plain, final int[] cuts) {
        Memory.zero(STATE, ChunkScanner.STATE_BYTES);
        final StringBuilder output = new StringBuilder();
        byte[] rest = new byte[0];
        long dataBytes = 0;
        int result = 0;
        int from = 0;
        for (int i = 0; i <= cuts.length && result == 0; i++) {
            final int to = i < cuts.length ? cuts[i] : body.length;
            final byte[] received = Arrays.copyOf(rest, rest.length + to - from);
            System.arraycopy(body, from, received, rest.length, to - from);
            final long address = BLOCK.place(received);
            result = SCANNER.scan(STATE, address, received.length, plain);
            output.append(Heads.text(address, SCANNER.outputBytes()));
            rest = Memory.toArray(address + SCANNER.outputBytes(), SCANNER.restBytes());
            dataBytes += SCANNER.dataBytes();
            final int restBytes = rest.length;
            Oracle.check(result != 0 || restBytes <= MAX_REST_BYTES, () -> "held " + restBytes);
            from = to;
        }
        final String behind = result == ChunkScanner.ENDED
                ? Oracle.text(rest) + Oracle.text(Arrays.copyOfRange(body, from, body.length)) : "";
        return new Run(result < 0 ? HeadFault.of(result).name() : result == 0 ? "more" : "ended",
                output.toString(), behind, dataBytes);
    }

    /** Reads chunks by the book: no zeros before a size, no extension, only CRLF. */
    private static String data(final String chunks) {
        final StringBuilder data = new StringBuilder();
        int at = 0;
        while (true) {
            final int end = chunks.indexOf("\r\n", at);
            final String digits = chunks.substring(at, end);
            Oracle.check(digits.matches("0|[1-9a-fA-F][0-9a-fA-F]*"), () -> "chunk line " + digits);
            final int size = Integer.parseInt(digits, 16);
            at = end + 2;
            if (size == 0) {
                final String trailers = chunks.substring(at);
                Oracle.check(trailers.matches("([^\\r\\n:]+:[^\\r\\n]*\\r\\n)*\\r\\n"), () -> trailers);
                return data.toString();
            }
            data.append(chunks, at, at + size);
            Oracle.same("\r\n", chunks.substring(at + size, at + size + 2), () -> "behind a chunk");
            at += size + 2;
        }
    }
}
