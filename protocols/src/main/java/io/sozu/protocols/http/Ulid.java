package io.sozu.protocols.http;

import io.sozu.bindings.memory.Memory;
import java.nio.charset.StandardCharsets;

/**
 * Makes request identifiers: 48 bits of time and 80 random bits, as two longs, and their 26-character text.
 *
 * <p>They tell requests apart; they are not secrets. One instance per loop.
 */
public final class Ulid {
    /** The length of the text. */
    public static final int TEXT_BYTES = 26;

    private static final byte[] DIGITS =
            "0123456789ABCDEFGHJKMNPQRSTVWXYZ".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGIT_BITS = 5;
    private static final int RANDOM_BITS_ABOVE = 16;

    private long seed;
    private long high;
    private long low;

    /** Makes a generator; equal seeds give equal sequences. */
    public Ulid(final long seed) {
        this.seed = seed;
    }

    /** Makes the next identifier, readable by {@link #high} and {@link #low}. */
    public void next(final long epochMillis) {
        high = epochMillis << RANDOM_BITS_ABOVE | random() & 0xffff;
        low = random();
    }

    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    /** Writes the {@link #TEXT_BYTES} characters of an identifier. */
    public static void render(final long high, final long low, final long target) {
        for (int i = 0; i < TEXT_BYTES; i++) {
            final int shift = DIGIT_BITS * (TEXT_BYTES - 1 - i);
            final long bits = shift >= Long.SIZE ? high >>> shift - Long.SIZE
                    : shift == 0 ? low : low >>> shift | high << Long.SIZE - shift;
            Memory.putByte(target + i, DIGITS[(int) bits & (1 << DIGIT_BITS) - 1]);
        }
    }

    /** SplitMix64. */
    private long random() {
        seed += 0x9e3779b97f4a7c15L;
        long bits = seed;
        bits = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ bits >>> 27) * 0x94d049bb133111ebL;
        return bits ^ bits >>> 31;
    }
}
