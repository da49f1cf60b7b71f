package io.sozu.control.model;

/**
 * The cookie that ties a client to a backend; its name is the listener's.
 *
 * @param sameSite when a browser sends it to us from other sites' pages; null to say nothing
 * @param maxAgeSeconds how long a browser keeps it, 0 until it is closed
 * @param path the part of the site it is for
 */
public record StickyConfig(boolean enabled, boolean secure, boolean httpOnly, SameSite sameSite,
                           int maxAgeSeconds, String path) {
    /** No cookie. */
    public static final StickyConfig DEFAULT = new StickyConfig(false, false, false, null, 0, "/");
    /** The longest a browser is told to keep it: what RFC 6265bis lets it keep. */
    public static final int MAX_AGE_SECONDS = 34_560_000;
    private static final int MAX_PATH_CHARS = 64;

    /** What a browser may be told of other sites. */
    public enum SameSite {
        STRICT("Strict"),
        LAX("Lax"),
        NONE("None");

        private final String written;

        SameSite(final String written) {
            this.written = written;
        }
    }

    /**
     * Checks the fields.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public StickyConfig {
        Texts.range("sticky_max_age", maxAgeSeconds, 0, MAX_AGE_SECONDS);
        if (path == null || !path.startsWith("/") || path.length() > MAX_PATH_CHARS
            || path.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == ';')) {
            throw new InvalidConfigException("sticky_path", Quote.of(path == null ? "" : path)
                + " must start with / and have at most " + MAX_PATH_CHARS + " characters, none of them a"
                + " semicolon or a space");
        }
        if (sameSite == SameSite.NONE && !secure) {
            throw new InvalidConfigException("sticky_same_site", "'NONE' needs sticky_secure: browsers drop"
                + " the cookie otherwise");
        }
    }

    /** Returns a cookie with every default, or none. */
    public static StickyConfig of(final boolean enabled) {
        return new StickyConfig(enabled, false, false, null, 0, "/");
    }

    /** Returns what follows name and value in the field. */
    public String attributes() {
        return "; Path=" + path + (maxAgeSeconds > 0 ? "; Max-Age=" + maxAgeSeconds : "")
            + (secure ? "; Secure" : "") + (httpOnly ? "; HttpOnly" : "")
            + (sameSite == null ? "" : "; SameSite=" + sameSite.written);
    }
}
