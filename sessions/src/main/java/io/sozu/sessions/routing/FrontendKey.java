package io.sozu.sessions.routing;

import io.sozu.sessions.cluster.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * The identity of a frontend: no listener has two with the same host, path, method and conditions.
 *
 * @param listener the small number of the listener
 * @param host a host name, kept in lower case without trailing dot; a label may be a regular expression
 *     between slashes, {@code /cdn[0-9]+/.example.com}; {@code *.example.com} for every name with one
 *     more label; {@code *} for every host
 * @param path compared byte by byte as received, nothing decoded; an empty prefix takes every path
 * @param method compared exactly, or null for every method
 * @param header a header field the request must have, or null
 * @param query a parameter the query must have, or null
 */
public record FrontendKey(int listener, String host, PathKind pathKind, String path, String method,
        Condition header, Condition query) {
    /** Listeners have numbers smaller than this. */
    public static final int MAX_LISTENERS = 65_536;
    /** The longest host name, in bytes. */
    public static final int MAX_HOST_BYTES = 253;
    /** The longest path, in bytes. */
    public static final int MAX_PATH_BYTES = 4_096;
    /** The longest method, in bytes. */
    public static final int MAX_METHOD_BYTES = 32;
    static final String ANY_HOST = "*";
    private static final String WILDCARD = "*.";
    private static final int MAX_LABEL_BYTES = 63;

    public FrontendKey {
        if (listener < 0 || listener >= MAX_LISTENERS) {
            throw new RefusedException("no listener has the number " + listener);
        }
        if (host == null || host.isEmpty()) {
            throw new RefusedException("a frontend needs a host name, or * for every host");
        }
        host = canonicalHost(host);
        checkHost(host);
        if (pathKind == null || path == null) {
            throw new RefusedException("a frontend of " + host + " needs a path and its kind");
        }
        checkPath(host, pathKind, path);
        if (method != null && !isToken(method)) {
            throw new RefusedException("\"" + method + "\" is not a method");
        }
    }

    /** A key without conditions. */
    public FrontendKey(final int listener, final String host, final PathKind pathKind, final String path,
            final String method) {
        this(listener, host, pathKind, path, method, null, null);
    }

    /** Returns the key of the frontend that takes everything a host is asked. */
    public static FrontendKey of(final int listener, final String host) {
        return new FrontendKey(listener, host, PathKind.PREFIX, "", null);
    }

    /** Returns the key without its listener, as operators write it: {@code host;Ppath;method}. */
    public String text() {
        return host + ";" + pathKind.mark() + path + (method == null ? "" : ";" + method)
                + (header == null ? "" : ";header " + header.text())
                + (query == null ? "" : ";query " + query.text());
    }

    @Override
    public String toString() {
        return listener + ";" + text();
    }

    boolean isAnyHost() {
        return host.equals(ANY_HOST);
    }

    boolean isWildcard() {
        return host.startsWith(WILDCARD);
    }

    /** Returns the host, or of a wildcard what follows its first dot. */
    String hostName() {
        return isWildcard() ? host.substring(WILDCARD.length()) : host;
    }

    /** Whether a label is a regular expression, or one of a host is. */
    static boolean isRegex(final String labelOrHost) {
        return labelOrHost.indexOf('/') >= 0;
    }

    /** Returns the labels of a host name from the left; a dot within slashes ends none. */
    static List<String> labels(final String name) {
        final List<String> labels = new ArrayList<>();
        boolean inRegex = false;
        int from = 0;
        for (int at = 0; at < name.length(); at++) {
            if (name.charAt(at) == '/') {
                inRegex = !inRegex;
            } else if (name.charAt(at) == '.' && !inRegex) {
                labels.add(name.substring(from, at));
                from = at + 1;
            }
        }
        labels.add(name.substring(from));
        return labels;
    }

    /** Returns what a label between slashes describes, in any case. */
    static RegexProgram labelProgram(final String label) {
        return RegexProgram.of(label.substring(1, label.length() - 1), true);
    }

    /** Lower case everywhere but in regular expressions, where case has a meaning. */
    private static String canonicalHost(final String host) {
        final StringBuilder canonical = new StringBuilder();
        for (final String label : labels(host)) {
            canonical.append(isRegex(label) ? label : label.toLowerCase(Locale.ROOT)).append('.');
        }
        canonical.setLength(canonical.length() - 1);
        final boolean dotAtEnd = canonical.length() > 0 && canonical.charAt(canonical.length() - 1) == '.';
        if (dotAtEnd && !canonical.toString().equals(WILDCARD)) {
            canonical.setLength(canonical.length() - 1);
        }
        return canonical.toString();
    }

    private static void checkHost(final String host) {
        if (host.equals(ANY_HOST)) {
            return;
        }
        final String name = host.startsWith(WILDCARD) ? host.substring(WILDCARD.length()) : host;
        if (name.length() > MAX_HOST_BYTES) {
            throw new RefusedException("host name of " + name.length() + " bytes, at most "
                    + MAX_HOST_BYTES + ": " + name.substring(0, 40) + "…");
        }
        for (final String label : labels(name)) {
            checkLabel(host, label);
        }
    }

    private static void checkLabel(final String host, final String label) {
        if (label.isEmpty()) {
            throw new RefusedException("host " + host + " has an empty label");
        }
        if (isRegex(label)) {
            if (label.length() < 3 || label.indexOf('/', 1) != label.length() - 1 || label.charAt(0) != '/') {
                throw new RefusedException("host " + host + ": a regular expression is a whole label"
                        + " between two slashes");
            }
            labelProgram(label);
            return;
        }
        if (label.length() > MAX_LABEL_BYTES) {
            throw new RefusedException("a label of host " + host + " is longer than " + MAX_LABEL_BYTES
                    + " bytes");
        }
        if (label.indexOf('*') >= 0) {
            throw new RefusedException("host " + host + ": * stands alone or as the first label");
        }
        if (!isAll(label, FrontendKey::isHostByte)) {
            throw new RefusedException("host " + host + " is not of ASCII letters, digits, - and _"
                    + " (write other names in punycode, xn--…; leave the port away)");
        }
    }

    private static void checkPath(final String host, final PathKind kind, final String path) {
        final int bytes = path.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_PATH_BYTES) {
            throw new RefusedException("path of " + bytes + " bytes on host " + host + ", at most "
                    + MAX_PATH_BYTES);
        }
        if (kind == PathKind.REGEX) {
            RegexProgram.of(path, false);
            return;
        }
        if (path.isEmpty() && kind == PathKind.EQUALS) {
            throw new RefusedException("a path to equal cannot be empty on host " + host + ": use /");
        }
        if (!path.isEmpty() && path.charAt(0) != '/' && !path.equals("*")) {
            throw new RefusedException("path " + path + " on host " + host
                    + " does not begin with /: no request would match");
        }
        if (!isAll(path, FrontendKey::isPathByte)) {
            throw new RefusedException("path " + path + " on host " + host
                    + " has a space, control character, ? or #: no request would match");
        }
    }

    private static boolean isAll(final String text, final IntPredicate allowed) {
        return text.chars().allMatch(allowed);
    }

    private static boolean isPathByte(final int c) {
        return c > ' ' && c != 0x7f && c != '?' && c != '#';
    }

    private static boolean isHostByte(final int c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }

    private static boolean isTokenByte(final int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static boolean isToken(final String method) {
        return !method.isEmpty() && method.length() <= MAX_METHOD_BYTES
                && isAll(method, FrontendKey::isTokenByte);
    }
}
