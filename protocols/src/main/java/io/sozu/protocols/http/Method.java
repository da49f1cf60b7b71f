package io.sozu.protocols.http;

/** Request methods the proxy knows by name; every other token is {@link #OTHER} and passes unchanged. */
public enum Method {
    GET(true, true),
    HEAD(true, true),
    POST(false, false),
    PUT(false, true),
    DELETE(false, true),
    OPTIONS(true, true),
    PATCH(false, false),
    TRACE(true, true),
    CONNECT(false, false),
    OTHER(false, false);

    private static final Method[] ALL = values();
    private static final int LONGEST = 7;
    private static final long[] WORDS = words();

    private final boolean safe;
    private final boolean idempotent;

    Method(final boolean safe, final boolean idempotent) {
        this.safe = safe;
        this.idempotent = idempotent;
    }

    private static long[] words() {
        final long[] words = new long[ALL.length - 1];
        for (int i = 0; i < words.length; i++) {
            words[i] = Ascii.words(ALL[i].name())[0];
        }
        return words;
    }

    /** Returns the small number that stands for this method in slots; {@link #of} is the way back. */
    public int id() {
        return ordinal();
    }

    /** Returns the method with an id. */
    public static Method of(final int id) {
        return ALL[id];
    }

    /** Tells whether the method asks for no change (RFC 9110, section 9.2.1). */
    public boolean safe() {
        return safe;
    }

    /** Tells whether the request may be sent again when its fate is unknown (RFC 9110, section 9.2.2). */
    public boolean idempotent() {
        return idempotent;
    }

    /** Finds the method of a name; upper and lower case differ (RFC 9110, section 9.1). */
    public static Method find(final long address, final int lengthBytes) {
        if (lengthBytes > LONGEST) {
            return OTHER;
        }
        final long word = Ascii.shortWord(address, lengthBytes);
        for (int i = 0; i < WORDS.length; i++) {
            if (WORDS[i] == word) {
                return ALL[i];
            }
        }
        return OTHER;
    }
}
