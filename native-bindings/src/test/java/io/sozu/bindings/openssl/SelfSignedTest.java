package io.sozu.bindings.openssl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What libcrypto has made, read by the JDK. */
@ExtendWith(LeakCheck.class)
final class SelfSignedTest {
    private static final List<String> NAMES = List.of("localhost", "*.localhost", "127.0.0.1", "::1");

    private static X509Certificate certificate(final SelfSigned made) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(
                new ByteArrayInputStream(made.certificate().getBytes(StandardCharsets.US_ASCII)));
    }

    private static PrivateKey key(final SelfSigned made) throws GeneralSecurityException {
        final String lines = made.key().replaceAll("-----[A-Z ]+-----\n", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(lines)));
    }

    @Test
    void shouldBeAServersForTheNames() throws GeneralSecurityException {
        final X509Certificate made = certificate(SelfSigned.make(OpenSsl.get(), NAMES, 7));

        made.verify(made.getPublicKey());
        made.checkValidity();
        assertEquals(Duration.ofDays(7).plusHours(1), Duration.between(made.getNotBefore().toInstant(),
                made.getNotAfter().toInstant()));
        assertTrue(made.getNotBefore().toInstant().isBefore(Instant.now()));
        assertEquals(3, made.getVersion());
        assertEquals("CN=localhost", made.getSubjectX500Principal().getName());
        assertEquals(made.getSubjectX500Principal(), made.getIssuerX500Principal());
        assertTrue(made.getSerialNumber().signum() > 0);
        assertEquals(List.of(List.of(2, "localhost"), List.of(2, "*.localhost"), List.of(7, "127.0.0.1"),
                List.of(7, "0:0:0:0:0:0:0:1")), List.copyOf(made.getSubjectAlternativeNames()));
        assertEquals(-1, made.getBasicConstraints());
        assertEquals(List.of("1.3.6.1.5.5.7.3.1"), made.getExtendedKeyUsage());
        assertArrayEquals(new boolean[] {true, false, false, false, false, false, false, false, false},
                made.getKeyUsage());
        assertEquals(256, ((ECPublicKey) made.getPublicKey()).getParams().getOrder().bitLength());
    }

    @Test
    void shouldBringTheKeyThatItIsFor() throws GeneralSecurityException {
        final SelfSigned made = SelfSigned.make(OpenSsl.get(), NAMES, 1);
        final Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key(made));
        signature.update((byte) 1);
        final byte[] signed = signature.sign();
        signature.initVerify(certificate(made));
        signature.update((byte) 1);

        assertTrue(signature.verify(signed));
    }

    @Test
    void shouldBeAnotherOneEachTime() throws GeneralSecurityException {
        final SelfSigned one = SelfSigned.make(OpenSsl.get(), NAMES, 1);
        final SelfSigned other = SelfSigned.make(OpenSsl.get(), NAMES, 1);

        assertNotEquals(one.key(), other.key());
        assertNotEquals(certificate(one).getSerialNumber(), certificate(other).getSerialNumber());
    }

    @Test
    void shouldRefuseWhatIsNoName() {
        final OpenSsl library = OpenSsl.get();
        for (final List<String> names : List.of(List.<String>of(), List.of("a,DNS:b"), List.of(""))) {
            assertThrows(IllegalArgumentException.class, () -> SelfSigned.make(library, names, 1));
        }
        assertTrue(assertThrows(OpenSslException.class, () -> SelfSigned.make(library,
                List.of("1.2.3.4.5"), 1)).getMessage().startsWith("X509V3_EXT_conf_nid: "));
    }
}
