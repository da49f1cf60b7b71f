package io.sozu.e2e;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

/**
 * A long stream of bytes that repeats only at an odd distance: written in pieces, and verified as it comes.
 */
final class Pattern64 implements BodySink {
    private static final int PERIOD_BYTES = 65_521;
    private static final byte[] TWICE = new byte[2 * PERIOD_BYTES];

    static {
        final byte[] once = new byte[PERIOD_BYTES];
        new Random(7).nextBytes(once);
        System.arraycopy(once, 0, TWICE, 0, PERIOD_BYTES);
        System.arraycopy(once, 0, TWICE, PERIOD_BYTES, PERIOD_BYTES);
    }

    private volatile long verifiedBytes;

    /** Bytes taken so far, all of them right. */
    long verifiedBytes() {
        return verifiedBytes;
    }

    @Override
    public void take(final byte[] bytes, final int offset, final int lengthBytes) throws IOException {
        int done = 0;
        while (done < lengthBytes) {
            final int phase = (int) ((verifiedBytes + done) % PERIOD_BYTES);
            final int count = Math.min(PERIOD_BYTES, lengthBytes - done);
            final int wrong = Arrays.mismatch(TWICE, phase, phase + count, bytes, offset + done, offset + done
                    + count);
            if (wrong >= 0) {
                throw new WireFault("wrong byte at " + (verifiedBytes + done + wrong));
            }
            done += count;
        }
        verifiedBytes += lengthBytes;
    }

    /** Sends the pattern from its start. */
    static void send(final long totalBytes, final BodySink out) throws IOException {
        long sent = 0;
        while (sent < totalBytes) {
            final int phase = (int) (sent % PERIOD_BYTES);
            final int count = (int) Math.min(PERIOD_BYTES, totalBytes - sent);
            out.take(TWICE, phase, count);
            sent += count;
        }
    }

    /** The first bytes of the pattern as Latin-1 text, to be used as a body. */
    static String text(final int lengthBytes) {
        final StringBuilder text = new StringBuilder(lengthBytes);
        for (int i = 0; i < lengthBytes; i++) {
            text.append((char) (TWICE[i % PERIOD_BYTES] & 0xff));
        }
        return text.toString();
    }
}
