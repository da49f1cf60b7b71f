package io.sozu.sessions.routing;

import io.sozu.bindings.memory.Memory;
import java.nio.charset.StandardCharsets;

/** Comparisons of raw bytes with the bytes of a rule. */
final class Span {
    static final byte[] EMPTY = {};
    private static final long HASH_FACTOR = 0x9e3779b97f4a7c15L;
    /** Unlike in the next process, so that nobody can register names that fall into one place. */
    private static final long HASH_SEED = System.nanoTime() * HASH_FACTOR;

    private Span() {
    }

    static byte[] of(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Compares {@code bytes[from..]} with as many bytes of memory, which the caller has checked to exist. */
    static boolean equals(final long address, final byte[] bytes, final int from) {
        for (int i = from; i < bytes.length; i++) {
            if (Memory.getByte(address + i - from) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /** Compares in any case with a label that is in lower case, of the same length. */
    static boolean equalsLabel(final long address, final byte[] label) {
        for (int i = 0; i < label.length; i++) {
            if (lower(Memory.getByte(address + i)) != label[i]) {
                return false;
            }
        }
        return true;
    }

    static byte lower(final byte value) {
        return value >= 'A' && value <= 'Z' ? (byte) (value + ('a' - 'A')) : value;
    }

    /** Begins the hash of a label, which takes its bytes in lower case from the last to the first. */
    static long hashSeed() {
        return HASH_SEED;
    }

    static long hashStep(final long hash, final byte value) {
        final long product = (hash ^ value) * HASH_FACTOR;
        return product ^ product >>> 32;
    }

    static int hashEnd(final long hash) {
        return (int) (hash * HASH_FACTOR >>> 32);
    }

    static int hash(final byte[] label) {
        long hash = hashSeed();
        for (int i = label.length - 1; i >= 0; i--) {
            hash = hashStep(hash, label[i]);
        }
        return hashEnd(hash);
    }
}
