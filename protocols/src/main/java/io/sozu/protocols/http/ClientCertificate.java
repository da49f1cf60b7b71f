package io.sozu.protocols.http;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import javax.security.auth.x500.X500Principal;

/**
 * What the certificate of a client says, as text for header fields, in a block of native memory that lives as
 * long as the connection. Made once, behind the handshake, of a certificate that was verified there.
 *
 * <p>Whatever an authority let somebody write into a name, the texts are visible ASCII: no other byte gets
 * into a header field.
 *
 * <pre>
 *   0 size of the block (i32) | 4 sizes of subject, issuer, serial, fingerprint (4 i32)
 *   20 the texts, in a row
 * </pre>
 */
public final class ClientCertificate {
    /** The longest text; one that is longer is left out, because a part of a name may be another's name. */
    public static final int MAX_TEXT_BYTES = 256;
    /** How many texts there are. */
    static final int TEXTS = 4;

    private static final int SIZES = 4;
    private static final int HEADER_BYTES = SIZES + TEXTS * Integer.BYTES;
    private static final HexFormat HEX = HexFormat.of();
    /** Parts of names besides those of RFC 4514, as OpenSSL calls them. */
    private static final Map<String, String> KEYWORDS = Map.of("1.2.840.113549.1.9.1", "emailAddress",
            "2.5.4.5", "serialNumber", "2.5.4.4", "SN", "2.5.4.42", "GN", "2.5.4.12", "title");

    private ClientCertificate() {
    }

    /**
     * Returns the address of a new block, which is the caller's to {@link #free}.
     *
     * @param der the certificate; what cannot be read of it is left out
     */
    public static long of(final byte[] der) {
        final byte[][] texts = texts(der);
        int sizeBytes = HEADER_BYTES;
        for (final byte[] text : texts) {
            sizeBytes += text.length;
        }
        final long block = NativeMemory.allocate(MemoryTag.CLIENTS, sizeBytes);
        Memory.putInt(block, sizeBytes);
        long at = block + HEADER_BYTES;
        for (int i = 0; i < TEXTS; i++) {
            Memory.putInt(block + SIZES + (long) i * Integer.BYTES, texts[i].length);
            Memory.copy(texts[i], 0, at, texts[i].length);
            at += texts[i].length;
        }
        return block;
    }

    /** Frees a block. */
    public static void free(final long block) {
        NativeMemory.free(MemoryTag.CLIENTS, block, Memory.getInt(block));
    }

    /** Returns the size of a text: of subject (0), issuer, serial number or fingerprint (3). */
    static int textBytes(final long block, final int text) {
        return Memory.getInt(block + SIZES + (long) text * Integer.BYTES);
    }

    /** Returns where the first text stands; the others follow. */
    static long textsAddress(final long block) {
        return block + HEADER_BYTES;
    }

    private static byte[][] texts(final byte[] der) {
        try {
            final X509Certificate read = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der));
            return new byte[][] {name(read.getSubjectX500Principal()), name(read.getIssuerX500Principal()),
                bounded(read.getSerialNumber().toString(16).toUpperCase(Locale.ROOT)), fingerprint(der)};
        } catch (final CertificateException e) {
            return new byte[][] {{}, {}, {}, fingerprint(der)};
        }
    }

    private static byte[] fingerprint(final byte[] der) {
        try {
            return bounded(HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(der)));
        } catch (final NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Renders a name as RFC 4514 has it, with what is not visible ASCII in pairs of digits. */
    private static byte[] name(final X500Principal principal) {
        final StringBuilder text = new StringBuilder(MAX_TEXT_BYTES);
        final String name = principal.getName(X500Principal.RFC2253, KEYWORDS);
        for (final byte each : name.getBytes(StandardCharsets.UTF_8)) {
            if (each < Ascii.SP || each == Ascii.DEL) {
                text.append('\\').append(HEX.withUpperCase().toHexDigits(each));
            } else {
                text.append((char) each);
            }
        }
        return bounded(text.toString());
    }

    private static byte[] bounded(final String text) {
        return text.length() > MAX_TEXT_BYTES ? new byte[0] : text.getBytes(StandardCharsets.US_ASCII);
    }
}
