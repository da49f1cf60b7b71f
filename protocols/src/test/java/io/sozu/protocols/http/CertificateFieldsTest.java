package io.sozu.protocols.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.http1.HeadRewriter;
import io.sozu.protocols.http1.RequestHeadParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
final class CertificateFieldsTest {
    private static final int ROOM_BYTES = 8 * 1024;
    private static final String PREFIX = "X-Client-Cert-";
    private static final String LINE = "GET / HTTP/1.1\r\nHost: a\r\n";

    private static byte[] der(final String name) throws IOException {
        try (InputStream in = CertificateFieldsTest.class.getResourceAsStream("client-" + name + ".pem")) {
            return Base64.getMimeDecoder().decode(new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .replaceAll("-----.*-----", ""));
        }
    }

    /** Rewrites a request of a client with a certificate, or with none where that is null. */
    private static String rewritten(final String prefix, final String head, final byte[] der) {
        final long block = NativeMemory.allocate(MemoryTag.SCRATCH, 2 * ROOM_BYTES);
        final long certificate = der == null ? 0 : ClientCertificate.of(der);
        try (CertificateFields fields = new CertificateFields(prefix);
                HeadRewriter rewriter = new HeadRewriter(ROOM_BYTES)) {
            final byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
            final long address = block + HeadRewriter.MAX_GROWTH_BYTES;
            Memory.copy(bytes, 0, address, bytes.length);
            final HeadView view = new HeadView();
            assertEquals(bytes.length, new RequestHeadParser().parse(address, bytes.length, 0, view));
            final long insert = block + ROOM_BYTES;
            final int insertBytes = (int) (fields.render(view, certificate, insert) - insert);
            assertTrue(insertBytes <= CertificateFields.MAX_GROWTH_BYTES, "bytes: " + insertBytes);
            final long start = rewriter.rewriteRequest(view, insert, insertBytes);
            return new String(Memory.toArray(start, (int) (address + bytes.length - start)),
                    StandardCharsets.ISO_8859_1);
        } finally {
            if (certificate != 0) {
                ClientCertificate.free(certificate);
            }
            NativeMemory.free(MemoryTag.SCRATCH, block, 2 * ROOM_BYTES);
        }
    }

    private static String told(final String name) throws IOException {
        final String text = rewritten(PREFIX, LINE + "\r\n", der(name));
        final String first = "GET / HTTP/1.1\r\nX-Client-Cert-Verify: SUCCESS\r\n";
        assertTrue(text.startsWith(first), text);
        return text.substring(first.length(), text.indexOf("Host: a\r\n")).replace(PREFIX, "");
    }

    @Test
    void shouldTellWhatACertificateSays() throws IOException {
        assertEquals("Subject: CN=alice,O=Example\\, Inc.,C=FR\r\nIssuer: CN=alice,O=Example\\, Inc.,C=FR\r\n"
                + "Serial: 1AB\r\nFingerprint: "
                + "c8cb842772e9adfb3b1aee7b781bb206fc26844973674234c719a7eaa62e8782\r\n", told("alice"));
    }

    @Test
    void shouldNotLetANameMakeAFieldOfItsOwn() throws IOException {
        final String name = "O=\\C3\\A9\\\"\\+\\#,CN=a\\0D\\0AX-Evil: 1\r\n";
        assertEquals("Subject: " + name + "Issuer: " + name
                + "Serial: FEDCBA9876543210FEDCBA9876543210FEDCBA\r\nFingerprint: "
                + "8acb53755bb894e4756def3f9172af2d8c49a08ebc54225f027179d5c62300c2\r\n", told("hostile"));
    }

    @Test
    void shouldLeaveOutWhatIsTooLong() throws IOException {
        assertEquals("Serial: 7\r\nFingerprint: "
                + "2669ce97a3962df4257019f8eb0dc708f9fb4f5378fc693d0c2aaf589d5d5e6c\r\n",
                told("long"));
    }

    @Test
    void shouldTellTheFingerprintOfWhatItCannotRead() {
        assertEquals("GET / HTTP/1.1\r\nX-Client-Cert-Verify: SUCCESS\r\nX-Client-Cert-Fingerprint: "
                + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\nHost: a\r\n\r\n",
                rewritten(PREFIX, LINE + "\r\n", new byte[0]));
    }

    @Test
    void shouldTellThatThereIsNone() {
        assertEquals("GET / HTTP/1.1\r\nX-Client-Cert-Verify: NONE\r\nHost: a\r\n\r\n",
                rewritten(PREFIX, LINE + "\r\n", null));
        assertEquals("GET / HTTP/1.1\r\nX_SSL-Verify: NONE\r\nHost: a\r\n\r\n",
                rewritten("X_SSL-", LINE + "\r\n", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Client-Cert-Verify: SUCCESS", "x-client-cert-verify:SUCCESS",
        "X_Client_Cert_Verify: SUCCESS", "X-Client_CERT-Subject: CN=root", "X-Client-Cert-: x",
        "X-Client-Cert-Other: x", "X-Client-Cert-Verify:"})
    void shouldDropWhatClientsSay(final String field) {
        for (final String prefix : new String[] {PREFIX, "x_client_cert-"}) {
            final String text = rewritten(prefix, LINE + field + "\r\nX-Other: 1\r\n" + field
                    + "\r\n\r\n", null);
            assertEquals("GET / HTTP/1.1\r\n" + prefix
                    + "Verify: NONE\r\nHost: a\r\nX-Other: 1\r\n\r\n", text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Client-Cert: x", "X-Client: x", "XX-Client-Cert-Verify: x", "X-Other: 1",
        "Cookie: X-Client-Cert-Verify=1"})
    void shouldLeaveWhatElseClientsSay(final String field) {
        assertEquals("GET / HTTP/1.1\r\nX-Client-Cert-Verify: NONE\r\nHost: a\r\n" + field + "\r\n\r\n",
                rewritten(PREFIX, LINE + field + "\r\n\r\n", null));
    }

    @ParameterizedTest
    @CsvSource({"X-Client-Cert-, true", "X-SSL-Client-, true", "A-B-, true", "X-SSL, false", "X-, false",
        "X--, false", "X-A-, true", "X-Forwarded-, false",
        "x_forwarded-, false", "Content-, false", "X Y-, false",
        "'', false", "X-\u00e9-, false", "X-abcdefghijklmnopqrstuvwxyz012-, true",
        "X-abcdefghijklmnopqrstuvwxyz0123-, false", "'X:\r\n-', false"})
    void shouldTakePrefixesThatAreNobodyElses(final String prefix, final boolean taken) {
        assertEquals(taken, CertificateFields.isPrefix(prefix));
        if (!taken) {
            assertThrows(IllegalArgumentException.class, () -> new CertificateFields(prefix));
        }
    }
}
