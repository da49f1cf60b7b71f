package io.sozu.bindings.sim;

import io.sozu.bindings.linux.EpollFlags;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The last calls as text and a hash of all of them: two runs of one seed have equal hashes. */
final class SimTrace {
    private static final int KEPT_LINES = 1 << 16;
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private long hash = 0xcbf29ce484222325L;

    void add(final String line) {
        if (lines.size() == KEPT_LINES) {
            lines.poll();
        }
        lines.add(line);
        hash = (hash ^ line.hashCode()) * 0x100000001b3L;
    }

    List<String> lines() {
        return new ArrayList<>(lines);
    }

    String tail(final int count) {
        final List<String> all = lines();
        return String.join("\n", all.subList(Math.max(0, all.size() - count), all.size()));
    }

    long hash() {
        return hash;
    }

    /** Event bits as text: {@code IN|OUT|RDHUP}. */
    static String bits(final int events) {
        return EpollFlags.describe(events);
    }
}
