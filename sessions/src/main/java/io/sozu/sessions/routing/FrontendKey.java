package io.sozu.sessions.routing;

import io.sozu.sessions.cluster.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

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
        refuse(listener < 0 || listener >= MAX_LISTENERS, "no listener has the number " + listener);
        refuse(host == null || host.isEmpty(), "a frontend needs a host name, or * for every host");
        host = canonicalHost(host);
        checkHost(host);
        refuse(pathKind == null || path == null, "a frontend of " + host + " needs a path and its kind");
        checkPath(host, pathKind, path);
        refuse(method != null && !isToken(method), "\"" + method + "\" is not a method");
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
        return lower.endsWith(".") && !lower.equals(WILDCARD) ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static void checkHost(final String host) {
        if (host.equals(ANY_HOST)) {
            return;
        }
        final String name = host.startsWith(WILDCARD) ? host.substring(WILDCARD.length()) : host;
        refuse(name.length() > MAX_HOST_BYTES, "host name of " + name.length() + " bytes, at most "
                + MAX_HOST_BYTES + ": " + name.substring(0, Math.min(40, name.length())) + "…");
        for (final String label : name.split("\\.", -1)) {
            refuse(label.isEmpty(), "host " + host + " has an empty label");
            refuse(label.length() > MAX_LABEL_BYTES, "a label of host " + host + " is longer than "
                    + MAX_LABEL_BYTES + " bytes");
            refuse(label.indexOf('*') >= 0, "host " + host + ": * stands alone or as the first label");
            refuse(label.indexOf('/') >= 0, "host " + host + ": regular expressions are not served");
            refuse(!label.chars().allMatch(FrontendKey::isHostByte), "host " + host
                    + " is not of ASCII letters, digits, - and _ (write other names in punycode, xn--…)");
        }
    }

    private static void checkPath(final String host, final PathKind kind, final String path) {
        final int bytes = path.getBytes(StandardCharsets.UTF_8).length;
        refuse(bytes > MAX_PATH_BYTES, "path of " + bytes + " bytes on host " + host + ", at most "
                + MAX_PATH_BYTES);
        refuse(path.isEmpty() && kind == PathKind.EQUALS, "a path to equal cannot be empty: use / on host "
                + host);
        refuse(!path.isEmpty() && path.charAt(0) != '/' && !path.equals("*"), "path " + path + " on host "
                + host + " begins with no /: no request would match");
        refuse(path.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == '?' || c == '#'), "path " + path
                + " on host " + host + " has a space, control character, ? or #: no request would match");
    }

    private static boolean isHostByte(final int c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }

    private static boolean isToken(final String method) {
        return !method.isEmpty() && method.length() <= MAX_METHOD_BYTES
                && method.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
                        || c >= '0' && c <= '9' || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
    }

    private static void refuse(final boolean wrong, final String message) {
        if (wrong) {
            throw new RefusedException(message);
        }
    }
}
