package io.sozu.sessions.routing;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which frontend wins, found by looking at each: the words of the rules written down once more. */
final class NaiveRouter {
    private final Map<FrontendKey, String> clusters = new HashMap<>();

    boolean add(final FrontendKey key, final String cluster) {
        final boolean isNew = !clusters.containsKey(key);
        if (isNew) {
            clusters.put(key, cluster);
        }
        return isNew;
    }

    boolean remove(final FrontendKey key) {
        final boolean known = clusters.containsKey(key);
        clusters.remove(key);
        return known;
    }

    List<FrontendKey> keys() {
        return List.copyOf(clusters.keySet());
    }

    String cluster(final FrontendKey key) {
        return clusters.get(key);
    }

    FrontendKey lookup(final int listener, final String host, final String path, final String method) {
        final String lower = host.toLowerCase(Locale.ROOT);
        final String name = lower.endsWith(".") && lower.length() > 1
                ? lower.substring(0, lower.length() - 1) : lower;
        final boolean wellFormed = !name.isEmpty() && !name.startsWith(".") && !name.contains("..")
                && !name.endsWith(".");
        FrontendKey best = wellFormed ? best(listener, name, path, method) : null;
        if (best == null && wellFormed && name.contains(".")) {
            best = best(listener, "*" + name.substring(name.indexOf('.')), path, method);
        }
        return best == null ? best(listener, "*", path, method) : best;
    }

    private FrontendKey best(final int listener, final String host, final String path, final String method) {
        return clusters.keySet().stream()
                .filter(key -> key.listener() == listener && key.host().equals(host))
                .filter(key -> key.method() == null || key.method().equals(method))
                .filter(key -> key.pathKind() == PathKind.EQUALS ? path.equals(key.path())
                        : path.startsWith(key.path()))
                .max(Comparator.comparing((FrontendKey key) -> key.pathKind() == PathKind.EQUALS)
                        .thenComparing(key -> key.path().length())
                        .thenComparing(key -> key.method() != null))
                .orElse(null);
    }
}
