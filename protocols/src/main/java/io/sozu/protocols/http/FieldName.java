package io.sozu.protocols.http;

import io.sozu.bindings.memory.Memory;
import java.util.Arrays;
import java.util.Locale;

/** Field names the proxy knows; every other name is {@link #OTHER}, and passes as it came. */
public enum FieldName {
    HOST(Use.ROUTING),
    CONTENT_LENGTH(Use.ROUTING),
    TRANSFER_ENCODING(Use.ROUTING),
    CONNECTION(Use.HOP_BY_HOP),
    KEEP_ALIVE(Use.HOP_BY_HOP),
    PROXY_CONNECTION(Use.HOP_BY_HOP),
    TE(Use.HOP_BY_HOP),
    UPGRADE(Use.HOP_BY_HOP),
    HTTP2_SETTINGS(Use.HOP_BY_HOP),
    EXPECT(Use.HEAD_ONLY),
    TRAILER(Use.HEAD_ONLY),
    X_FORWARDED_FOR(Use.HEAD_ONLY),
    X_FORWARDED_PROTO(Use.HEAD_ONLY),
    X_FORWARDED_PORT(Use.HEAD_ONLY),
    X_FORWARDED_HOST(Use.HEAD_ONLY),
    FORWARDED(Use.HEAD_ONLY),
    X_REAL_IP(Use.HEAD_ONLY),
    X_REQUEST_ID(Use.HEAD_ONLY),
    COOKIE(Use.HEAD_ONLY),
    SET_COOKIE(Use.HEAD_ONLY),
    AUTHORIZATION(Use.HEAD_ONLY),
    PROXY_AUTHORIZATION(Use.HEAD_ONLY),
    PROXY_AUTHENTICATE(Use.HEAD_ONLY),
    WWW_AUTHENTICATE(Use.HEAD_ONLY),
    CONTENT_TYPE(Use.HEAD_ONLY),
    CONTENT_ENCODING(Use.HEAD_ONLY),
    CONTENT_RANGE(Use.HEAD_ONLY),
    CACHE_CONTROL(Use.HEAD_ONLY),
    LOCATION(Use.HEAD_ONLY),
    RANGE(Use.HEAD_ONLY),
    MAX_FORWARDS(Use.HEAD_ONLY),
    VARY(Use.HEAD_ONLY),
    AGE(Use.HEAD_ONLY),
    EXPIRES(Use.HEAD_ONLY),
    DATE(Use.HEAD_ONLY),
    RETRY_AFTER(Use.HEAD_ONLY),
    IF_MATCH(Use.HEAD_ONLY),
    IF_NONE_MATCH(Use.HEAD_ONLY),
    IF_MODIFIED_SINCE(Use.HEAD_ONLY),
    IF_UNMODIFIED_SINCE(Use.HEAD_ONLY),
    IF_RANGE(Use.HEAD_ONLY),
    PRAGMA(Use.HEAD_ONLY),
    STRICT_TRANSPORT_SECURITY(Use.HEAD_ONLY),
    VIA(Use.ANY),
    SERVER(Use.ANY),
    USER_AGENT(Use.ANY),
    REFERER(Use.ANY),
    ACCEPT(Use.ANY),
    ACCEPT_ENCODING(Use.ANY),
    ACCEPT_LANGUAGE(Use.ANY),
    ORIGIN(Use.ANY),
    ETAG(Use.ANY),
    LAST_MODIFIED(Use.ANY),
    TRACEPARENT(Use.ANY),
    TRACESTATE(Use.ANY),
    OTHER(Use.ANY);

    /** Where a field may stand and how far it travels. */
    private enum Use {
        /** Says where a message goes or where it ends: never in trailers, never to be named by Connection. */
        ROUTING,
        /** Concerns one connection and is not passed on (RFC 9110, section 7.6.1). */
        HOP_BY_HOP,
        /** Means something only before the body (RFC 9110, section 6.5.1). */
        HEAD_ONLY,
        /** May stand in trailers too. */
        ANY
    }

    /** The bits of the fields that concern one connection. */
    public static final long HOP_BY_HOP;
    /** The bits of the fields that frame or route a message. */
    public static final long ROUTING;
    /** The bits of the fields that are dropped from trailers. */
    public static final long NOT_IN_TRAILERS;

    private static final FieldName[] ALL = values();
    private static final int BUCKETS = 512;
    private static final int MOST_SEEDS = 1 << 20;
    private static final long[][] WORDS = new long[ALL.length][];
    private static final int[] LENGTHS = new int[ALL.length];
    private static final byte[] TABLE = new byte[BUCKETS];
    private static final int SEED;

    static {
        long hopByHop = 0;
        long routing = 0;
        long notInTrailers = 0;
        for (final FieldName name : ALL) {
            final String text = name.text();
            WORDS[name.ordinal()] = Ascii.words(text);
            LENGTHS[name.ordinal()] = text.length();
            hopByHop |= name.use == Use.HOP_BY_HOP ? name.bit() : 0;
            routing |= name.use == Use.ROUTING ? name.bit() : 0;
            notInTrailers |= name.use == Use.ANY ? 0 : name.bit();
        }
        HOP_BY_HOP = hopByHop;
        ROUTING = routing;
        NOT_IN_TRAILERS = notInTrailers;
        int seed = 1;
        while (!fill(seed)) {
            seed += 2;
            if (seed > MOST_SEEDS) {
                throw new ExceptionInInitializerError("no collision-free table of field names");
            }
        }
        SEED = seed;
    }

    private final Use use;

    FieldName(final Use use) {
        this.use = use;
    }

    /** Returns the name in lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the small number that stands for this name in a {@link HeadView}. */
    public int id() {
        return ordinal();
    }

    /** Returns the bit of this name in sets of names. */
    public long bit() {
        return 1L << ordinal();
    }

    /** Returns the name with an id. */
    public static FieldName of(final int id) {
        return ALL[id];
    }

    /** Tells whether a text is none of the known names, in any case. */
    public static boolean isUnknown(final String text) {
        return Arrays.stream(ALL).noneMatch(name -> name != OTHER && name.text().equalsIgnoreCase(text));
    }

    /** Tells whether no known name begins with a text, in any case. */
    static boolean isUnknownPrefix(final String text) {
        final String lower = text.toLowerCase(Locale.ROOT);
        return Arrays.stream(ALL).noneMatch(name -> name.text().startsWith(lower));
    }

    /** Returns the id of the name with these bytes, in any case; that of {@link #OTHER} when not known. */
    public static int find(final long address, final int lengthBytes) {
        if (lengthBytes < 2) {
            return OTHER.ordinal();
        }
        final int bucket = bucket(SEED, lengthBytes, Memory.getByte(address),
                Memory.getByte(address + (lengthBytes >>> 1)), Memory.getShort(address + lengthBytes - 2));
        final int id = TABLE[bucket];
        return LENGTHS[id] == lengthBytes && Ascii.equalsIgnoreCase(address, lengthBytes, WORDS[id])
                ? id : OTHER.ordinal();
    }

    private static boolean fill(final int seed) {
        Arrays.fill(TABLE, (byte) OTHER.ordinal());
        for (int id = 0; id < OTHER.ordinal(); id++) {
            final String text = ALL[id].text();
            final int length = text.length();
            final int end = text.charAt(length - 2) | text.charAt(length - 1) << Byte.SIZE;
            final int bucket = bucket(seed, length, (byte) text.charAt(0), (byte) text.charAt(length >>> 1),
                    (short) end);
            if (TABLE[bucket] != OTHER.ordinal()) {
                return false;
            }
            TABLE[bucket] = (byte) id;
        }
        return true;
    }

    /** Letters of both cases share their low five bits. */
    private static int bucket(final int seed, final int length, final byte first, final byte middle,
            final short lastTwo) {
        final int key = length | (first & 0x1f) << 7 | (middle & 0x1f) << 12 | (lastTwo & 0x1f1f) << 17;
        return key * seed >>> 23;
    }
}
