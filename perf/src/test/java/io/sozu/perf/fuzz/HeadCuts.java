package io.sozu.perf.fuzz;

import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.HeadView;

/** The verdict on a head, which must not depend on how the head arrives. */
final class HeadCuts {
    private static final int BYTE_BY_BYTE_BYTES = 256;

    private final HeadRoom room;
    private final HeadView view = new HeadView();

    HeadCuts(final HeadRoom room) {
        this.room = room;
    }

    /** A parser of requests, or of responses to some method. */
    interface Parser {
        int parse(long address, int lengthBytes, int scannedBytes, HeadView view);
    }

    /** Returns the verdict on a head after asserting that no cut changes it. */
    int verdict(final Parser parser, final byte[] head) {
        final int whole = parse(parser, head, head.length, 0);
        for (final int cut : Oracle.cuts(head)) {
            final int part = parse(parser, head, cut, 0);
            if (part != 0) {
                Oracle.same(name(whole), name(part), () -> "of the first " + cut);
                Oracle.check(part < 0 || part == whole && cut >= whole, () -> "complete at " + cut);
            } else {
                Oracle.check(whole <= 0 || cut < whole, () -> "more wanted at " + cut + " of " + whole);
                Oracle.same(whole, parse(parser, head, head.length, cut), () -> "cut at " + cut);
            }
        }
        if (head.length <= BYTE_BY_BYTE_BYTES) {
            int result = 0;
            for (int end = 1; end <= head.length && result == 0; end++) {
                result = parse(parser, head, end, end - 1);
            }
            Oracle.same(whole, result, () -> "byte by byte");
        }
        return whole;
    }

    private int parse(final Parser parser, final byte[] head, final int lengthBytes, final int scannedBytes) {
        return parser.parse(room.place(head, lengthBytes), lengthBytes, scannedBytes, view);
    }

    static String name(final int verdict) {
        return verdict > 0 ? "a head" : verdict == 0 ? "more" : HeadFault.of(verdict).name();
    }
}
