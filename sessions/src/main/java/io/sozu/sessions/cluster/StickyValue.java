package io.sozu.sessions.cluster;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** How a sticky cookie writes the names of backends. Control path. */
final class StickyValue {
    /** The longest value. */
    static final int MAX_BYTES = 128;

    private StickyValue() {
    }

    /**
     * Gives each backend of a cluster its value: what it calls itself, or a hash of id and address where a
     * cookie cannot carry that or another backend calls itself the same.
     */
    static void assign(final Cluster cluster) {
        final Map<String, Integer> uses = new HashMap<>();
        for (int place = 0; place < cluster.backendCount(); place++) {
            uses.merge(cluster.backend(place).stickyId(), 1, Integer::sum);
        }
        for (int place = 0; place < cluster.backendCount(); place++) {
            final Backend backend = cluster.backend(place);
            final String name = backend.stickyId();
            final String text = isValue(name) && uses.get(name) == 1 ? name
                    : String.format("%016x", backend.nameHash());
            backend.stickyValue(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Tells whether a cookie can carry it as it is (RFC 6265, section 4.1.1). */
    private static boolean isValue(final String name) {
        return !name.isEmpty() && name.length() <= MAX_BYTES && name.chars().allMatch(StickyValue::isOctet);
    }

    private static boolean isOctet(final int character) {
        return character > ' ' && character < 0x7f && "\",;\\".indexOf(character) < 0;
    }
}
