package io.sozu.sessions.cluster;

import io.sozu.bindings.memory.Memory;
import java.nio.charset.StandardCharsets;

/** Hashes that are the same in every worker and after every restart: what consistent hashing stands on. */
public final class KeyHash {
    private static final long SEED = 0x9e3779b97f4a7c15L;
    private static final long PRIME = 0x100000001b3L;

    private KeyHash() {
    }

    /** Hashes bytes in native memory. */
    public static long of(final long address, final int lengthBytes) {
        long hash = SEED ^ lengthBytes;
        int at = 0;
        for (; at + Long.BYTES <= lengthBytes; at += Long.BYTES) {
            hash = mix(hash ^ Memory.getLong(address + at));
        }
        for (; at < lengthBytes; at++) {
            hash = (hash ^ Memory.getByte(address + at) & 0xff) * PRIME;
        }
        return mix(hash);
    }

    /** Hashes a name; control path. */
    static long of(final String name) {
        long hash = SEED;
        for (final byte one : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ one & 0xff) * PRIME;
        }
        return mix(hash);
    }

    /** Makes a number above 0 and below 1 of a hash. */
    public static double unit(final long hash) {
        return ((mix(hash) >>> 11) + 0.5) * 0x1p-53;
    }

    /** Lets every bit depend on every other (the finalizer of MurmurHash3). */
    public static long mix(final long hash) {
        long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
