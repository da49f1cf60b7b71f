package io.sozu.sessions.routing;

import io.sozu.bindings.memory.Memory;
import java.nio.charset.StandardCharsets;

/** Comparisons of raw bytes with the bytes of a rule. */
final class Span {
    static final byte[] EMPTY = {};
    private static final int HASH_SEED = 0x811c9dc5;
    private static final int HASH_PRIME = 0x01000193;

    private Span() {
    }

    static byte[] of(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Compares {@code bytes[from..]} with as many bytes of memory; the caller has checked that they exist. */
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
    static int hashSeed() {
        return HASH_SEED;
    }

    static int hashStep(final int hash, final byte value) {
        return (hash ^ value) * HASH_PRIME;
    }

    /** Ends a hash: the low bits, which choose the place in a table, depend on all. */
    static int hashEnd(final int hash) {
        final int mixed = (hash ^ hash >>> 16) * 0x7feb352d;
        return mixed ^ mixed >>> 15;
    }

    static int hash(final byte[] label) {
        int hash = hashSeed();
        for (int i = label.length - 1; i >= 0; i--) {
            hash = hashStep(hash, label[i]);
        }
        return hashEnd(hash);
    }
}
