package io.sozu.control.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.control.Order;
import io.sozu.control.OrderJson;
import io.sozu.control.TestTls;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What certificates say of themselves, and what is said of those that are none. */
final class CertificateMaterialTest {
    private static final InetSocketAddress LISTENER = new InetSocketAddress("127.0.0.1", 8443);
    private static final long NOW_SECONDS = 1_800_000_000;

    private static CertificateMaterial material(final String certificate, final String key,
                                                final String... chain) {
        return CertificateMaterial.of(TestTls.text(certificate), List.of(chain).stream().map(TestTls::text)
            .toList(), TestTls.text(key), null);
    }

    private static String refusal(final String certificate, final String key) {
        return assertThrows(InvalidConfigException.class,
            () -> CertificateMaterial.of(certificate, List.of(), key, null)).getMessage();
    }

    @Test
    void shouldTakeTheNamesOfTheAlternativesInLowerCaseAndNotTheCommonName() {
        final CertificateInfo info = material("ec.pem", "ec.key").info();

        assertEquals(List.of("*.b.example.com", "127.0.0.1", "a.example.com"), info.names());
        assertEquals("ECDSA P-256", info.keyType());
        assertEquals("a6a89065f3e679c033de0d5ffa58b4ab6e82704e17773a01eb10af7a7db03c5b", info.fingerprint());
        assertEquals("2126-10-31", CertificateConfig.date(info.notAfterSeconds()));
    }

    @Test
    void shouldTakeTheCommonNameOfACertificateWithoutAlternatives() {
        final CertificateInfo info = material("rsa.pem", "rsa8.key").info();

        assertEquals(List.of("rsa.example.com"), info.names());
        assertEquals("RSA 2048", info.keyType());
    }

    @Test
    void shouldTakeEveryFormOfAKeyWithItsParametersLeftOut() {
        assertTrue(material("ec.pem", "ec.key").key().startsWith("-----BEGIN PRIVATE KEY-----"));
        assertTrue(material("ec.pem", "ec-sec1.key").key().startsWith("-----BEGIN EC PRIVATE KEY-----"));
        assertTrue(material("rsa.pem", "rsa1.key").key().startsWith("-----BEGIN RSA PRIVATE KEY-----"));
    }

    @Test
    void shouldFindTheChainBehindTheCertificateAndLeaveTheCertificateOutOfTheChain() {
        final String bundle = "text around it\n" + TestTls.text("rsa.pem") + TestTls.text("inter.pem");
        final CertificateMaterial together = CertificateMaterial.of(bundle, List.of(),
            TestTls.text("rsa1.key"), null);

        assertEquals(material("rsa.pem", "rsa1.key", "inter.pem"), together);
        assertEquals(together, material("rsa.pem", "rsa1.key", "rsa.pem", "inter.pem"));
        assertEquals(1, together.chain().size());
    }

    @Test
    void shouldWarnOfWhatClientsStumbleOver() {
        assertEquals(List.of(), material("ec.pem", "ec.key").warnings(NOW_SECONDS));
        assertEquals(List.of(), material("rsa.pem", "rsa1.key", "inter.pem", "ca.pem").warnings(NOW_SECONDS));
        assertTrue(material("rsa.pem", "rsa1.key").warnings(NOW_SECONDS).getFirst()
            .startsWith("the certificate comes without a chain: clients that do not know its issuer"
                + " 'CN=Test Intermediate,O=Test'"));
        assertTrue(material("rsa.pem", "rsa1.key", "ca.pem").warnings(NOW_SECONDS).getFirst()
            .startsWith("the chain is out of order, or misses a certificate"));
        assertEquals("the certificate has expired on 2020-02-01: clients will refuse it; renew it",
            material("expired.pem", "ec.key").warnings(NOW_SECONDS).getFirst());
        assertTrue(material("ec.pem", "ec.key").warnings(0).getFirst().startsWith("the certificate is good"
            + " only from 2026-11-24 on"));
    }

    @Test
    void shouldSayWhatIsWrongWithMaterial() {
        final String good = TestTls.text("ec.pem");
        assertEquals("certificate is empty", refusal(" ", ""));
        assertTrue(refusal("\u0030\u0082", "").startsWith("certificate is no PEM: it has no -----BEGIN"));
        assertTrue(refusal(good.substring(0, 300), "").contains("without its -----END-----; it was cut off"));
        assertTrue(refusal(good.replace("MIIB", "AAAA"), "").startsWith("certificate is no certificate:"
            + " what"));
        assertEquals("certificate has no certificate: it needs -----BEGIN CERTIFICATE-----, there is PRIVATE"
            + " KEY",
            refusal(TestTls.text("ec.key"), good));
        assertTrue(refusal(good, good).startsWith("key has no private key: it needs -----BEGIN PRIVATE"
            + " KEY-----"));
        assertTrue(refusal(good, TestTls.text("enc.key")).startsWith("key is encrypted, and nobody is"
            + " there"));
        assertTrue(refusal(good, TestTls.text("ec.key") + TestTls.text("rsa1.key"))
            .startsWith("key has 2 private keys"));
        assertTrue(refusal(good, null).startsWith("key is missing"));
    }

    @Test
    void shouldNeverShowAPrivateKeyOutsideOfOrders() {
        final CertificateMaterial material = material("ec.pem", "ec.key");
        final CertificateConfig certificate = new CertificateConfig(LISTENER, material, List.of(), null);
        final ListenerConfig listener = ListenerConfig.https(LISTENER)
            .withTls(TlsConfig.DEFAULT.withCertificate(material));
        for (final String text : List.of(certificate.toString(), new Order.AddCertificate(certificate)
            .toString(), listener.toString(), OrderJson.toJson(listener).toString(),
            OrderJson.toJson(certificate).toString(),
            new TicketKey(new byte[TicketKey.BYTES]).toString())) {
            assertFalse(text.contains("PRIVATE") || text.contains("AAAA"), text);
        }
        assertTrue(OrderJson.toJson(new Order.AddCertificate(certificate)).toString().contains("PRIVATE"
            + " KEY"));
    }

    @ParameterizedTest
    @CsvSource({"a.example.com, true", "x.b.example.com, true", "b.example.com, false",
        "x.y.b.example.com, false", "example.com, false", "127.0.0.1, true"})
    void shouldCoverAHostByNameOrByOneLabel(final String host, final boolean covered) {
        assertEquals(covered, CertificateInfo.covers(material("ec.pem", "ec.key").info().names(), host));
    }
}
