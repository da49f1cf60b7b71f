package io.sozu.protocols.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sozu.bindings.sim.GuardedBlock;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.HeadView;
import java.util.Arrays;

/** Parses messages whole, cut at every byte, and byte by byte, against a page that is not there. */
final class HeadVerdicts implements AutoCloseable {
    private static final int CAPACITY_BYTES = 128 * 1024;
    private static final int NOT_TRIED = Integer.MIN_VALUE;
    /** Cutting everywhere and again is done up to this length; beyond it cuts are sampled. */
    private static final int CUT_EVERYWHERE_BYTES = 300;

    /** A parser of requests, or of responses to some method. */
    interface Parser {
        int parse(long address, int lengthBytes, int scannedBytes, HeadView view);
    }

    private final GuardedBlock block = new GuardedBlock(CAPACITY_BYTES);
    private final Parser parser;
    private final HeadView view = new HeadView();

    HeadVerdicts(final Parser parser) {
        this.parser = parser;
    }

    static String name(final int result) {
        return result > 0 ? HeadCase.OK : result == 0 ? HeadCase.MORE : HeadFault.of(result).name();
    }

    int parse(final byte[] message, final int lengthBytes, final int scannedBytes) {
        return parser.parse(block.place(message, 0, lengthBytes), lengthBytes, scannedBytes, view);
    }

    /** Returns the result on the whole message after asserting that no cutting changes it. */
    int checked(final byte[] message) {
        final int whole = parse(message, message.length, 0);
        final int[] results = new int[message.length + 1];
        Arrays.fill(results, NOT_TRIED);
        final int step = message.length <= CUT_EVERYWHERE_BYTES ? 1 : message.length / 97;
        for (int end = 0; end <= message.length; end++) {
            if (step == 1 || end % step == 0 || end < CUT_EVERYWHERE_BYTES || message.length - end < 50) {
                results[end] = parse(message, end, 0);
                assertPrefix(whole, results[end], end);
                for (int cut = 1; cut < end; cut += step) {
                    if (results[cut] == 0) {
                        assertEquals(results[end], parse(message, end, cut), "cut at " + cut + " of " + end);
                    }
                }
            }
        }
        assertByteByByte(message, whole);
        return whole;
    }

    private static void assertPrefix(final int whole, final int result, final int end) {
        if (result != 0) {
            assertEquals(whole, result, "of the first " + end);
        } else if (whole > 0) {
            assertEquals(true, end < whole, "complete at " + whole + " but not at " + end);
        }
    }

    private void assertByteByByte(final byte[] message, final int whole) {
        int end = 0;
        int result = 0;
        while (result == 0 && end < message.length) {
            result = parse(message, end + 1, end);
            end++;
        }
        assertEquals(whole, result, "byte by byte, at " + end);
    }

    @Override
    public void close() {
        block.close();
    }
}
