package io.sozu.control.model;

import java.net.InetSocketAddress;

/**
 * What tells frontends apart: two with the same key cannot stand side by side.
 *
 * @param hostname lower case, in A-labels; {@code *.} at its start is one label, {@code *} alone is any host
 * @param method the one method served, null for any
 * @param header a header field that requests must have, null for none
 * @param query a parameter that their query must have, null for none
 */
public record FrontendKey(InetSocketAddress address, String hostname, PathRule path, String method,
                          Condition header, Condition query)
    implements Comparable<FrontendKey> {
    /**
     * Checks and folds the host name.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public FrontendKey {
        Addresses.check("address", address);
        hostname = Texts.hostname("hostname", hostname);
        if (path == null) {
            throw new InvalidConfigException("path", "is missing; write {\"PREFIX\":\"/\"}");
        }
        if (method != null) {
            Texts.token("method", method, Texts.MAX_METHOD_CHARS);
        }
    }

    /** Makes a key without conditions. */
    public FrontendKey(final InetSocketAddress address, final String hostname, final PathRule path,
                       final String method) {
        this(address, hostname, path, method, null, null);
    }

    /** Orders keys by address, host, path, method: the order of listings. */
    @Override
    public int compareTo(final FrontendKey other) {
        return toString().compareTo(other.toString());
    }

    /**
     * Returns {@code address;host;P|=|Rpath[;method][;header name=value][;query name=value]}, which is how
     * messages name a frontend.
     */
    @Override
    public String toString() {
        final char sign = switch (path.kind()) {
            case PREFIX -> 'P';
            case EQUALS -> '=';
            case REGEX -> 'R';
        };
        return Addresses.format(address) + ";" + hostname + ";" + sign + path.value()
            + (method == null ? "" : ";" + method) + (header == null ? "" : ";header " + header)
            + (query == null ? "" : ";query " + query);
    }
}
