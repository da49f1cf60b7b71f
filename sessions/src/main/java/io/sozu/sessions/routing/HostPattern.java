package io.sozu.sessions.routing;

import io.sozu.bindings.memory.Memory;
import java.util.List;

/** The host of one frontend, compared by itself, label by label from the right. */
final class HostPattern {
    private final boolean any;
    private final boolean wildcard;
    private final byte[][] labels;
    private final RegexSet[] regexes;

    HostPattern(final FrontendKey key) {
        any = key.isAnyHost();
        wildcard = key.isWildcard();
        final List<String> names = any ? List.of() : FrontendKey.labels(key.hostName()).reversed();
        labels = new byte[names.size()][];
        regexes = new RegexSet[names.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = Span.of(names.get(i));
            if (FrontendKey.isRegex(names.get(i))) {
                regexes[i] = new RegexSet();
                regexes[i].add(0, FrontendKey.labelProgram(names.get(i)));
            }
        }
    }

    boolean matches(final RouteKey key) {
        if (any) {
            return true;
        }
        final long address = key.hostAddress();
        int end = key.hostBytes();
        if (end > 1 && Memory.getByte(address + end - 1) == '.') {
            end--;
        }
        if (end > FrontendKey.MAX_HOST_BYTES) {
            return false;
        }
        for (int i = 0; i < labels.length; i++) {
            final int start = start(address, end);
            if (start == end || !matches(i, address + start, end - start)) {
                return false;
            }
            if (start == 0) {
                return i == labels.length - 1 && !wildcard;
            }
            end = start - 1;
        }
        return wildcard && end > 0 && start(address, end) == 0;
    }

    private boolean matches(final int label, final long address, final int lengthBytes) {
        if (regexes[label] != null) {
            return regexes[label].match(address, lengthBytes).length > 0;
        }
        return labels[label].length == lengthBytes && Span.equalsLabel(address, labels[label]);
    }

    /** Returns where the label that ends at {@code end} begins. */
    private static int start(final long address, final int end) {
        int start = end;
        while (start > 0 && Memory.getByte(address + start - 1) != '.') {
            start--;
        }
        return start;
    }
}
