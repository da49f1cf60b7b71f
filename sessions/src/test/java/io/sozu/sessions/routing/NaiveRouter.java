package io.sozu.sessions.routing;

import com.google.re2j.Pattern;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Which frontend wins, found by looking at each: the words of the rules written down once more. */
final class NaiveRouter {
    private final Map<FrontendKey, Target> targets = new LinkedHashMap<>();
    private record Target(RulePosition position, String cluster) {
    }

    boolean add(final FrontendKey key, final RulePosition position, final String cluster) {
        final boolean isNew = !targets.containsKey(key);
        if (isNew) {
            targets.put(key, new Target(position, cluster));
        }
        return isNew;
    }

    boolean remove(final FrontendKey key) {
        final boolean known = targets.containsKey(key);
        targets.remove(key);
        return known;
    }

    List<FrontendKey> keys() {
        return List.copyOf(targets.keySet());
    }

    String cluster(final FrontendKey key) {
        return targets.get(key).cluster();
    }

    /** What a request has besides its path and method. */
    record Extras(String query, String field, String value) {
        boolean have(final FrontendKey key) {
            return (key.query() == null || List.of(query.split("&", -1)).contains(key.query().text())
                    || key.query().value().isEmpty() && List.of(query.split("&", -1)).contains(key.query()
                            .name()))
                    && (key.header() == null || key.header().name().equalsIgnoreCase(field)
                    && key.header().value().equals(value));
        }
    }

    private static int conditions(final FrontendKey key) {
        return (key.header() == null ? 0 : 1) + (key.query() == null ? 0 : 1);
    }

    FrontendKey lookup(final int listener, final String host, final String path, final String method,
            final Extras extras) {
        final String lower = host.toLowerCase(Locale.ROOT);
        final String name = lower.endsWith(".") && lower.length() > 1
                ? lower.substring(0, lower.length() - 1) : lower;
        final List<FrontendKey> matching = targets.keySet().stream().filter(extras::have).filter(key ->
                key.listener() == listener)
                .filter(key -> key.method() == null || key.method().equals(method))
                .filter(key -> takesPath(key, path)).filter(key -> takesHost(key.host(), name)).toList();
        return Stream.of(first(matching, RulePosition.PRE), best(matching, listener), first(matching,
                RulePosition.POST))
                .filter(key -> key != null).findFirst().orElse(null);
    }

    private FrontendKey first(final List<FrontendKey> matching, final RulePosition position) {
        return matching.stream().filter(key -> targets.get(key).position() == position).findFirst()
                .orElse(null);
    }

    private FrontendKey best(final List<FrontendKey> matching, final int listener) {
        final List<FrontendKey> tree = matching.stream()
                .filter(key -> targets.get(key).position() == RulePosition.TREE).toList();
        final String host = tree.stream().map(FrontendKey::host)
                .min((one, two) -> compareHosts(listener, one, two)).orElse(null);
        return tree.stream().filter(key -> key.host().equals(host))
                .max(Comparator.comparing((FrontendKey key) -> key.pathKind() == PathKind.EQUALS ? 2
                        : key.pathKind() == PathKind.REGEX ? 1 : 0)
                        .thenComparing(key -> key.pathKind() == PathKind.REGEX ? 0 : key.path().length())
                        .thenComparing(NaiveRouter::conditions)
                        .thenComparing(key -> key.method() != null)
                        .thenComparing(key -> -keys().indexOf(key)))
                .orElse(null);
    }

    /** From the right, label by label: the name, then expressions by their oldest rule, then {@code *}. */
    private int compareHosts(final int listener, final String one, final String two) {
        if (one.equals(two)) {
            return 0;
        }
        if (one.equals("*") || two.equals("*")) {
            return one.equals("*") ? 1 : -1;
        }
        final List<String> first = FrontendKey.labels(one).reversed();
        final List<String> second = FrontendKey.labels(two).reversed();
        int place = 0;
        while (first.get(place).equals(second.get(place))) {
            place++;
        }
        return Integer.compare(rank(listener, first, place), rank(listener, second, place));
    }

    private int rank(final int listener, final List<String> labels, final int place) {
        final String label = labels.get(place);
        if (label.equals("*")) {
            return Integer.MAX_VALUE;
        }
        return FrontendKey.isRegex(label) ? 1 + oldest(listener, labels.subList(0, place + 1)) : 0;
    }

    /** The place, in the order of addition, of the first rule of the tree below these labels. */
    private int oldest(final int listener, final List<String> names) {
        int number = 0;
        for (final FrontendKey key : targets.keySet()) {
            final List<String> labels = FrontendKey.labels(key.host()).reversed();
            if (key.listener() == listener && targets.get(key).position() == RulePosition.TREE
                    && labels.size() >= names.size() && labels.subList(0, names.size()).equals(names)) {
                return number;
            }
            number++;
        }
        throw new AssertionError("no rule below " + names);
    }

    private static boolean takesPath(final FrontendKey key, final String path) {
        return switch (key.pathKind()) {
            case EQUALS -> path.equals(key.path());
            case PREFIX -> path.startsWith(key.path());
            case REGEX -> Pattern.matches(key.path(), path);
        };
    }

    private static boolean takesHost(final String pattern, final String name) {
        if (pattern.equals("*")) {
            return true;
        }
        final List<String> labels = FrontendKey.labels(pattern);
        final String[] asked = name.split("\\.", -1);
        boolean takes = labels.size() == asked.length;
        for (int i = 0; takes && i < asked.length; i++) {
            final String label = labels.get(i);
            takes = !asked[i].isEmpty() && (label.equals("*") || label.equals(asked[i])
                    || FrontendKey.isRegex(label)
                    && Pattern.compile(label.substring(1, label.length() - 1), Pattern.CASE_INSENSITIVE)
                    .matches(asked[i]));
        }
        return takes;
    }
}
