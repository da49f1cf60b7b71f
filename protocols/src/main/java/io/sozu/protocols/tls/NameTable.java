package io.sozu.protocols.tls;

import io.sozu.bindings.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Contexts by host, looked up by bytes; made anew whenever the names change.
 */
final class NameTable {
    private static final int NAME_MAX_BYTES = 253;
    private final byte[][] names;
    private final long[] contexts;
    private final byte[] folded = new byte[NAME_MAX_BYTES];

    /** @param byName lower-case names, those that begin with {@code *.} for one label */
    NameTable(final Map<String, Long> byName) {
        final int size = Integer.highestOneBit(Math.max(4, byName.size() * 2)) << 1;
        names = new byte[size][];
        contexts = new long[size];
        byName.forEach((name, context) -> {
            final byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
            int at = hash(bytes, 0, bytes.length) & size - 1;
            while (names[at] != null) {
                at = at + 1 & size - 1;
            }
            names[at] = bytes;
            contexts[at] = context;
        });
    }

    /** Finds the context of a host, exactly or by a wildcard for its first label; 0 when there is none. */
    long find(final long hostAddress) {
        int length = 0;
        int dot = -1;
        for (byte c = Memory.getByte(hostAddress); c != 0; c = Memory.getByte(hostAddress + length)) {
            if (length == NAME_MAX_BYTES) {
                return 0;
            }
            if (c == '.' && dot < 0) {
                dot = length;
            }
            folded[length++] = (byte) (c >= 'A' && c <= 'Z' ? c | 0x20 : c);
        }
        if (length > 1 && folded[length - 1] == '.') {
            length--;
        }
        final long exact = find(0, length);
        if (exact != 0 || dot < 1 || dot >= length - 1) {
            return exact;
        }
        folded[dot - 1] = '*';
        return find(dot - 1, length);
    }

    private long find(final int from, final int to) {
        final int mask = names.length - 1;
        for (int at = hash(folded, from, to) & mask; names[at] != null; at = at + 1 & mask) {
            if (Arrays.equals(names[at], 0, names[at].length, folded, from, to)) {
                return contexts[at];
            }
        }
        return 0;
    }

    private static int hash(final byte[] bytes, final int from, final int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash ^ hash >>> 15;
    }
}
