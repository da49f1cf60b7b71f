package io.sozu.sessions.limit;

/**
 * SipHash-1-3 of two words: who does not know the key cannot make words that meet in a table.
 *
 * <p>One round for each word and the length, three to finish.
 */
final class SipHash {
    private static final int WORDS = 2;
    private static final int ROUNDS = 6;
    private static final int FINISH = 3;
    private static final long LENGTH = (long) WORDS * Long.BYTES << 56;

    private SipHash() {
    }

    static long hash(final long key0, final long key1, final long first, final long second) {
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;
        for (int round = 0; round < ROUNDS; round++) {
            final long word = round == 0 ? first : round == 1 ? second : round == WORDS ? LENGTH : 0;
            v3 ^= word;
            v2 ^= round == FINISH ? 0xff : 0;
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
