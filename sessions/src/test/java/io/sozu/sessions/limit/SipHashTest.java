package io.sozu.sessions.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SipHashTest {
    /** SipHash as its paper describes it, with any number of rounds. */
    private static final class Reference {
        private final long[] v = new long[4];

        private void round() {
            v[0] += v[1];
            v[1] = Long.rotateLeft(v[1], 13) ^ v[0];
            v[0] = Long.rotateLeft(v[0], 32);
            v[2] += v[3];
            v[3] = Long.rotateLeft(v[3], 16) ^ v[2];
            v[0] += v[3];
            v[3] = Long.rotateLeft(v[3], 21) ^ v[0];
            v[2] += v[1];
            v[1] = Long.rotateLeft(v[1], 17) ^ v[2];
            v[2] = Long.rotateLeft(v[2], 32);
        }

        long hash(final int wordRounds, final int lastRounds, final long key0, final long key1,
                final byte[] message) {
            v[0] = key0 ^ 0x736f6d6570736575L;
            v[1] = key1 ^ 0x646f72616e646f6dL;
            v[2] = key0 ^ 0x6c7967656e657261L;
            v[3] = key1 ^ 0x7465646279746573L;
            final ByteBuffer padded = ByteBuffer.allocate(message.length / 8 * 8 + 8)
                    .order(ByteOrder.LITTLE_ENDIAN).put(message);
            padded.put(padded.capacity() - 1, (byte) message.length);
            for (int at = 0; at < padded.capacity(); at += 8) {
                v[3] ^= padded.getLong(at);
                for (int i = 0; i < wordRounds; i++) {
                    round();
                }
                v[0] ^= padded.getLong(at);
            }
            v[2] ^= 0xff;
            for (int i = 0; i < lastRounds; i++) {
                round();
            }
            return v[0] ^ v[1] ^ v[2] ^ v[3];
        }
    }

    @Test
    void shouldMeasureByAReferenceThatAgreesWithThePaper() {
        final byte[] message = new byte[15];
        for (int i = 0; i < message.length; i++) {
            message[i] = (byte) i;
        }
        assertEquals(0xa129ca6149be45e5L, new Reference().hash(2, 4, 0x0706050403020100L, 0x0f0e0d0c0b0a0908L,
                message));
    }

    @Test
    void shouldBeSipHash13() {
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            final long key0 = random.nextLong();
            final long key1 = random.nextLong();
            final ByteBuffer message = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(random.nextLong()).putLong(random.nextLong());
            assertEquals(new Reference().hash(1, 3, key0, key1, message.array()),
                    SipHash.hash(key0, key1, message.getLong(0), message.getLong(8)));
        }
    }
}
