package io.sozu.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Makes cuts that the peer really sees: a piece is written only when the peer's socket ({@code peerPort}
 * connected to {@code ownPort}, both IPv4 loopback) holds no unread byte of the piece before. A peer that
 * stops reading is not waited for long.
 */
record Pieces(int peerPort, int ownPort) {
    private static final Duration UNREAD_LIMIT = Duration.ofMillis(200);

    void send(final OutputStream out, final byte[] bytes, final int[] cuts) {
        int from = 0;
        try {
            for (final int cut : cuts) {
                out.write(bytes, from, cut - from);
                out.flush();
                from = cut;
                if (!Await.within(UNREAD_LIMIT, () -> ProcFs.unreadBytes(peerPort, ownPort) <= 0)) {
                    break;
                }
            }
            out.write(bytes, from, bytes.length - from);
            out.flush();
        } catch (IOException e) {
            // The proxy may refuse and close before the last byte: what it answered is judged by the reader.
            return;
        }
    }

    /** Every place between two bytes. */
    static int[] everywhere(final int lengthBytes) {
        return IntStream.range(1, lengthBytes).toArray();
    }

    /** Up to {@code count} ascending places chosen by {@code seed}. */
    static int[] seeded(final int lengthBytes, final int count, final long seed) {
        if (lengthBytes < 2) {
            return new int[0];
        }
        final Random random = new Random(seed);
        return IntStream.range(0, count).map(i -> 1 + random.nextInt(lengthBytes - 1)).sorted().distinct()
                .toArray();
    }
}
