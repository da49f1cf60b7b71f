package io.sozu.sessions.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What of a request decides which backend gets it, where the algorithm hashes; immutable. */
public final class HashKey {
    /** The address of the client: what holds where nothing is said, and where a request lacks the key. */
    public static final HashKey SOURCE = new HashKey(Kind.SOURCE, "");

    /** Where in a request the key stands. */
    public enum Kind {
        SOURCE,
        HEADER,
        COOKIE,
        PATH
    }

    private final Kind kind;
    private final String name;
    private final byte[] nameBytes;

    private HashKey(final Kind kind, final String name) {
        this.kind = kind;
        this.name = name;
        this.nameBytes = name.getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads {@code source}, {@code path}, {@code header:NAME} or {@code cookie:NAME}. */
    public static HashKey parse(final String text) {
        final int colon = text.indexOf(':');
        final String name = text.substring(colon + 1);
        return switch (colon < 0 ? text : text.substring(0, colon)) {
            case "source" -> SOURCE;
            case "path" -> new HashKey(Kind.PATH, "");
            case "header" -> new HashKey(Kind.HEADER, name.toLowerCase(Locale.ROOT));
            case "cookie" -> new HashKey(Kind.COOKIE, name);
            default -> throw new RefusedException("hash_key '" + text + "' is none of source, path,"
                    + " header:NAME, cookie:NAME");
        };
    }

    public Kind kind() {
        return kind;
    }

    /** Returns the name of the field, in lower case, or of the cookie; not to be changed. */
    public byte[] name() {
        return nameBytes;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof HashKey key && key.kind == kind && key.name.equals(name);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + name.hashCode();
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + (name.isEmpty() ? "" : ":" + name);
    }
}
