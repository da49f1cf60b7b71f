package io.sozu.protocols.http;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The fields by which a backend learns of a client's certificate, for one listener: their names are a prefix
 * and Verify, Subject, Issuer, Serial, Fingerprint. Verify is always written, SUCCESS or NONE, the others for
 * a client with a certificate.
 *
 * <p>Every field of a client whose name begins with the prefix is dropped, also where underscores stand for
 * hyphens, which some backends take for the same. Owns its memory.
 */
public final class CertificateFields implements AutoCloseable {
    /** The longest prefix. */
    public static final int LONGEST_PREFIX = 32;
    /** How much a head can grow by these fields. */
    public static final int MAX_GROWTH_BYTES = 5 * (LONGEST_PREFIX + "Fingerprint: \r\n".length())
            + "SUCCESS".length() + ClientCertificate.TEXTS * ClientCertificate.MAX_TEXT_BYTES;

    private static final int SHORTEST_PREFIX = 4;
    private static final String[] NAMES = {"Subject", "Issuer", "Serial", "Fingerprint"};
    private static final int LINE_END_BYTES = 2;

    private final byte[] prefix;
    private final int[] ends = new int[NAMES.length + 2];
    private final long texts;
    private final int textsBytes;
    private boolean closed;

    /** Renders what does not change, for a prefix that {@link #isPrefix} takes. */
    public CertificateFields(final String prefix) {
        if (!isPrefix(prefix)) {
            throw new IllegalArgumentException("not a prefix of fields about certificates: " + prefix);
        }
        this.prefix = prefix.toLowerCase(Locale.ROOT).replace('_', '-').getBytes(StandardCharsets.US_ASCII);
        final StringBuilder all = new StringBuilder();
        ends[0] = all.append(prefix).append("Verify: NONE\r\n").length();
        ends[1] = all.append(prefix).append("Verify: SUCCESS\r\n").length();
        for (int i = 0; i < NAMES.length; i++) {
            ends[i + 2] = all.append(prefix).append(NAMES[i]).append(": ").length();
        }
        final byte[] bytes = all.toString().getBytes(StandardCharsets.US_ASCII);
        this.textsBytes = bytes.length;
        this.texts = NativeMemory.allocate(MemoryTag.CONFIGURATION, textsBytes);
        Memory.copy(bytes, 0, texts, textsBytes);
    }

    /**
     * Tells whether names may begin with a text: characters of a field name, a hyphen at the end, so that it
     * is a family of names, and nobody else's.
     */
    public static boolean isPrefix(final String text) {
        if (text.length() < SHORTEST_PREFIX || text.length() > LONGEST_PREFIX || !text.endsWith("-")) {
            return false;
        }
        for (final byte character : text.getBytes(StandardCharsets.UTF_8)) {
            if (!Ascii.isToken(character)) {
                return false;
            }
        }
        return FieldName.isUnknownPrefix(text.replace('_', '-'));
    }

    /** Tells whether a field's name begins with the prefix: clients have nothing to say by it. */
    boolean isOurs(final long name, final int nameBytes) {
        if (nameBytes < prefix.length) {
            return false;
        }
        int same = 0;
        while (same < prefix.length && folded(Memory.getByte(name + same)) == prefix[same]) {
            same++;
        }
        return same == prefix.length;
    }

    /** Tells whether a field of the trailers begins with the prefix. */
    public boolean isOurs(final HeadView view, final int field) {
        return view.fieldId(field) == FieldName.OTHER.id()
                && isOurs(view.address() + view.nameOffset(field), view.nameBytes(field));
    }

    private static byte folded(final byte character) {
        return character == '_' ? (byte) '-' : Ascii.lower(character);
    }

    /**
     * Renders the field lines to insert into a request, and marks the client's fields of these names as
     * dropped.
     *
     * @param certificate the block of a {@link ClientCertificate}, 0 for a client without one
     * @param target room for {@link #MAX_GROWTH_BYTES}
     * @return where they end
     */
    public long render(final HeadView view, final long certificate, final long target) {
        assert !closed;
        dropOurs(view);
        if (certificate == 0) {
            return put(0, target);
        }
        long at = put(1, target);
        long text = ClientCertificate.textsAddress(certificate);
        for (int i = 0; i < NAMES.length; i++) {
            final int bytes = ClientCertificate.textBytes(certificate, i);
            if (bytes > 0) {
                at = put(i + 2, at);
                Memory.copy(text, at, bytes);
                at += bytes;
                Memory.putByte(at, Ascii.CR);
                Memory.putByte(at + 1, Ascii.LF);
                at += LINE_END_BYTES;
            }
            text += bytes;
        }
        return at;
    }

    private void dropOurs(final HeadView view) {
        if (!view.has(FieldName.OTHER)) {
            return;
        }
        for (int i = view.find(FieldName.OTHER); i < view.fieldCount(); i++) {
            if (isOurs(view, i)) {
                view.drop(i);
            }
        }
    }

    private long put(final int text, final long target) {
        final int from = text == 0 ? 0 : ends[text - 1];
        Memory.copy(texts + from, target, ends[text] - from);
        return target + ends[text] - from;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            NativeMemory.free(MemoryTag.CONFIGURATION, texts, textsBytes);
        }
    }
}
