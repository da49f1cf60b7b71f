package io.sozu.protocols.http;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The fields by which a backend learns about client and request, for one listener: X-Forwarded-For, -Proto,
 * -Port and -Host, Forwarded (RFC 7239), X-Real-IP, X-Request-Id and Sozu-Id.
 *
 * <p>What is the same for all requests is rendered at configuration time. A client's X-Request-Id is kept; a
 * client's field of the identifier's name is always dropped. A request of HTTP/1.0 without Host gets the
 * listener's address as Host, because backends are spoken to in HTTP/1.1. Owns its memory.
 */
public final class ForwardedFields implements AutoCloseable {
    /** How much a head can grow by these fields, what they replace taken off. */
    public static final int MAX_GROWTH_BYTES = 900;

    private static final long LISTS = FieldName.X_FORWARDED_FOR.bit() | FieldName.FORWARDED.bit();
    private static final long FACTS = FieldName.X_FORWARDED_PROTO.bit() | FieldName.X_FORWARDED_PORT.bit()
            | FieldName.X_FORWARDED_HOST.bit();

    private final ForwardedSettings settings;
    private final Texts texts;
    private final CertificateFields certificate;
    private final int forName;
    private final int listSeparator;
    private final int lineEnd;
    private final int proto;
    private final int port;
    private final int hostName;
    private final int forwardedName;
    private final int forwardedFor;
    private final int forwardedBy;
    private final int realIpName;
    private final int requestIdName;
    private final int sozuIdName;
    private final int listenerHost;
    private final long[] sozuIdWords;
    private final int sozuIdNameBytes;

    /** Renders what does not change. */
    public ForwardedFields(final ForwardedSettings settings) {
        this.settings = settings;
        this.certificate = settings.certificatePrefix().isEmpty() ? null
                : new CertificateFields(settings.certificatePrefix());
        final boolean ipv6 = settings.listenerIp().indexOf(':') >= 0;
        final String ip = ipv6 ? "[" + settings.listenerIp() + "]" : settings.listenerIp();
        final Texts all = new Texts();
        this.forName = all.add("X-Forwarded-For: ");
        this.listSeparator = all.add(", ");
        this.lineEnd = all.add("\r\n");
        this.proto = all.add("X-Forwarded-Proto: " + settings.proto() + "\r\n");
        this.port = all.add("X-Forwarded-Port: " + settings.listenerPort() + "\r\n");
        this.hostName = all.add("X-Forwarded-Host: ");
        this.forwardedName = all.add("Forwarded: ");
        this.forwardedFor = all.add("proto=" + settings.proto() + ";for=\"");
        this.forwardedBy = all.add("\";by=" + (ipv6 ? "\"" + ip + "\"" : ip) + "\r\n");
        this.realIpName = all.add("X-Real-IP: ");
        this.requestIdName = all.add("X-Request-Id: ");
        this.sozuIdName = all.add(settings.sozuIdName() + ": ");
        this.listenerHost = all.add("Host: " + ip + ":" + settings.listenerPort() + "\r\n");
        this.sozuIdWords = Ascii.words(settings.sozuIdName().toLowerCase(Locale.ROOT));
        this.sozuIdNameBytes = settings.sozuIdName().length();
        this.texts = all.seal();
    }

    /**
     * Renders the field lines to insert into a request, and marks the fields they replace as dropped.
     *
     * @param clientIp the client's address as text, without brackets
     * @param ulid the {@link Ulid#TEXT_BYTES} characters of the request's identifier
     * @param target room for {@link #MAX_GROWTH_BYTES} and, to append to its lists, as much as the head
     * @return the bytes rendered
     */
    public int render(final HeadView view, final long clientIp, final int clientIpBytes, final int clientPort,
            final long ulid, final long target) {
        long at = target;
        switch (settings.mode()) {
            case REPLACE -> {
                view.dropAll(LISTS | FACTS);
                at = lists(view, clientIp, clientIpBytes, clientPort, at);
                at = facts(view, at);
            }
            case APPEND -> {
                at = lists(view, clientIp, clientIpBytes, clientPort, at);
                at = facts(view, at);
                view.dropAll(LISTS);
            }
            case OFF -> {
            }
        }
        at = realIp(view, clientIp, clientIpBytes, at);
        at = identifiers(view, ulid, at);
        return (int) ((view.hasAuthority() ? at : texts.put(listenerHost, at)) - target);
    }

    /** Returns what tells backends about clients' certificates, null where nothing does. */
    public CertificateFields certificate() {
        return certificate;
    }

    /** Marks a response's field of the identifier's name as dropped. */
    public void dropSozuId(final HeadView view) {
        if (!view.has(FieldName.OTHER)) {
            return;
        }
        for (int i = view.find(FieldName.OTHER); i < view.fieldCount(); i++) {
            if (view.fieldId(i) == FieldName.OTHER.id() && view.nameBytes(i) == sozuIdNameBytes
                    && Ascii.equalsIgnoreCase(view.address() + view.nameOffset(i), sozuIdNameBytes,
                            sozuIdWords)) {
                view.drop(i);
            }
        }
    }

    /** Renders the identifier's field line, of at most 94 bytes, and returns its length. */
    public int renderSozuId(final long ulid, final long target) {
        return (int) (sozuId(ulid, target) - target);
    }

    private long lists(final HeadView view, final long clientIp, final int clientIpBytes,
            final int clientPort, final long target) {
        long at = texts.put(forName, target);
        at = earlier(view, FieldName.X_FORWARDED_FOR, at);
        at = put(clientIp, clientIpBytes, at);
        at = texts.put(lineEnd, at);
        at = texts.put(forwardedName, at);
        at = earlier(view, FieldName.FORWARDED, at);
        at = texts.put(forwardedFor, at);
        final boolean ipv6 = Ascii.find(clientIp, 0, clientIpBytes, (byte) ':') < clientIpBytes;
        if (ipv6) {
            Memory.putByte(at++, (byte) '[');
        }
        at = put(clientIp, clientIpBytes, at);
        if (ipv6) {
            Memory.putByte(at++, (byte) ']');
        }
        Memory.putByte(at++, (byte) ':');
        at = Ascii.putDecimal(at, clientPort);
        return texts.put(forwardedBy, at);
    }

    /** Joins what the client sent under a name, unless that is dropped, with a separator behind each. */
    private long earlier(final HeadView view, final FieldName name, final long target) {
        final int first = view.find(name);
        if (first < 0) {
            return target;
        }
        long at = target;
        for (int i = first; i < view.fieldCount(); i++) {
            if (view.fieldId(i) == name.id() && !view.dropped(i) && view.valueBytes(i) > 0) {
                at = put(view.address() + view.valueOffset(i), view.valueBytes(i), at);
                at = texts.put(listSeparator, at);
            }
        }
        return at;
    }

    private static boolean isKept(final HeadView view, final FieldName name) {
        final int first = view.find(name);
        return first >= 0 && !view.dropped(first);
    }

    private long facts(final HeadView view, final long target) {
        long at = target;
        if (!isKept(view, FieldName.X_FORWARDED_PROTO)) {
            at = texts.put(proto, at);
        }
        if (!isKept(view, FieldName.X_FORWARDED_PORT)) {
            at = texts.put(port, at);
        }
        if (!isKept(view, FieldName.X_FORWARDED_HOST) && view.hasAuthority()) {
            at = texts.put(hostName, at);
            at = put(view.address() + view.authorityOffset(), view.authorityBytes(), at);
            at = texts.put(lineEnd, at);
        }
        return at;
    }

    private long realIp(final HeadView view, final long clientIp, final int clientIpBytes,
            final long target) {
        if (settings.elideXRealIp() || settings.sendXRealIp()) {
            view.dropAll(FieldName.X_REAL_IP.bit());
        }
        if (!settings.sendXRealIp()) {
            return target;
        }
        return texts.put(lineEnd, put(clientIp, clientIpBytes, texts.put(realIpName, target)));
    }

    private long identifiers(final HeadView view, final long ulid, final long target) {
        dropSozuId(view);
        long at = target;
        if (!isKept(view, FieldName.X_REQUEST_ID)) {
            at = texts.put(lineEnd, put(ulid, Ulid.TEXT_BYTES, texts.put(requestIdName, at)));
        }
        return sozuId(ulid, at);
    }

    private long sozuId(final long ulid, final long target) {
        return texts.put(lineEnd, put(ulid, Ulid.TEXT_BYTES, texts.put(sozuIdName, target)));
    }

    private static long put(final long source, final int lengthBytes, final long target) {
        Memory.copy(source, target, lengthBytes);
        return target + lengthBytes;
    }

    @Override
    public void close() {
        texts.close();
        if (certificate != null) {
            certificate.close();
        }
    }

    /** Constant texts in one block of native memory, known by number. */
    private static final class Texts implements AutoCloseable {
        private final StringBuilder all = new StringBuilder();
        private final int[] ends = new int[16];
        private int count;
        private long address;
        private boolean closed;

        int add(final String text) {
            all.append(text);
            ends[++count] = all.length();
            return count - 1;
        }

        Texts seal() {
            final byte[] bytes = all.toString().getBytes(StandardCharsets.US_ASCII);
            address = NativeMemory.allocate(MemoryTag.CONFIGURATION, bytes.length);
            Memory.copy(bytes, 0, address, bytes.length);
            return this;
        }

        long put(final int text, final long target) {
            assert !closed;
            return ForwardedFields.put(address + ends[text], ends[text + 1] - ends[text], target);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                NativeMemory.free(MemoryTag.CONFIGURATION, address, all.length());
            }
        }
    }
}
