package io.sozu.sessions.routing;

import io.sozu.sessions.cluster.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * The identity of a frontend: no listener has two with the same host, path and method.
 *
 * @param listener the small number of the listener
 * @param host a host name, kept in lower case without trailing dot; {@code *.example.com} for every name with
 *     one more label; {@code *} for every host
 * @param path compared byte by byte as received, nothing decoded; an empty prefix takes every path
 * @param method compared exactly, or null for every method
 */
public record FrontendKey(int listener, String host, PathKind pathKind, String path, String method) {
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

    /** Returns the key of the frontend that takes everything a host is asked. */
    public static FrontendKey of(final int listener, final String host) {
        return new FrontendKey(listener, host, PathKind.PREFIX, "", null);
    }

    /** Returns the key without its listener, as operators write it: {@code host;Ppath;method}. */
    public String text() {
        return host + ";" + pathKind.mark() + path + (method == null ? "" : ";" + method);
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

    private static String canonicalHost(final String host) {
        final String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") && !lower.equals(WILDCARD) ? lower.substring(0, lower.length() - 1)
                : lower;
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
        for (final String label : name.split("\\.", -1)) {
            checkLabel(host, label);
        }
    }

    private static void checkLabel(final String host, final String label) {
        if (label.isEmpty()) {
            throw new RefusedException("host " + host + " has an empty label");
        }
        if (label.length() > MAX_LABEL_BYTES) {
            throw new RefusedException("a label of host " + host + " is longer than " + MAX_LABEL_BYTES
                    + " bytes");
        }
        if (label.indexOf('*') >= 0) {
            throw new RefusedException("host " + host + ": * stands alone or as the first label");
        }
        if (label.indexOf('/') >= 0) {
            throw new RefusedException("host " + host + ": regular expressions are not served");
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
