package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every version with every family of ciphers and every kind of key; hosts that are named oddly. */
@ExtendWith(LeakCheck.class)
final class TlsMatrixTest {
    private static final int HOST_NAME = 0;
    private static final Map<String, TestCertificate> CERTIFICATES = Map.of(
            "RSA", TestCertificate.make("RSA", "a.test"),
            "P-256", TestCertificate.make("EC", "a.test", List.of("-groupname", "secp256r1")),
            "P-384", TestCertificate.make("EC", "a.test", List.of("-groupname", "secp384r1")),
            "Ed25519", TestCertificate.make("Ed25519", "a.test"));
    private static final List<String> SUITES = List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256");
    private static final List<String> CIPHERS = List.of("_WITH_AES_128_GCM_SHA256",
            "_WITH_AES_256_GCM_SHA384", "_WITH_CHACHA20_POLY1305_SHA256");

    /** A name as its bytes are. */
    private static final class RawName extends SNIServerName {
        RawName(final String name) {
            super(HOST_NAME, name.getBytes(ISO_8859_1));
        }
    }

    private static SSLSocket client(final LiveWorker live, final String name) throws IOException {
        final SSLContext context = SimTlsClient.context();
        final SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket("127.0.0.1", live.address().getPort());
        final SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new RawName(name)));
        socket.setSSLParameters(parameters);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static void speaks(final LiveWorker live, final String version, final String cipher)
            throws IOException {
        try (SSLSocket socket = client(live, "a.test")) {
            socket.setEnabledProtocols(new String[] {version});
            socket.setEnabledCipherSuites(new String[] {cipher});
            socket.getOutputStream().write(
                    "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1));
            final String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            assertTrue(answer.startsWith("HTTP/1.1 200") && answer.endsWith("ok"), answer);
            assertEquals(cipher, socket.getSession().getCipherSuite());
        }
    }

    @Test
    void shouldSpeakEveryVersionWithEveryCipherAndKindOfKey() throws IOException {
        try (LiveWorker live = new LiveWorker(null)) {
            for (final Map.Entry<String, TestCertificate> each : CERTIFICATES.entrySet()) {
                live.tls(tls -> tls.addCertificate(0, each.getValue().served()));
                for (final String suite : SUITES) {
                    speaks(live, "TLSv1.3", suite);
                }
                final boolean rsa = each.getKey().equals("RSA");
                for (final String cipher : CIPHERS) {
                    speaks(live, "TLSv1.2", (rsa ? "TLS_ECDHE_RSA" : "TLS_ECDHE_ECDSA") + cipher);
                    if (rsa) {
                        speaks(live, "TLSv1.2", "TLS_DHE_RSA" + cipher);
                    }
                }
                live.tls(tls -> tls.removeCertificate(0, each.getValue().served().id()));
            }
        }
    }

    @Test
    void shouldRefuseAClientWithWhichItSharesNoCipher() throws IOException {
        try (LiveWorker live = new LiveWorker(CERTIFICATES.get("P-256").served());
                SSLSocket socket = client(live, "a.test")) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
            assertThrows(SSLException.class, socket::startHandshake);
            live.run(worker -> assertEquals(1, live.counter("tls.handshakes.failed.nothing_in_common")));
        }
    }

    @Test
    void shouldFindHostsHoweverTheyAreNamed() throws IOException {
        final TestCertificate star = TestCertificate.make("EC", "*.wild.test");
        final String label = "x".repeat(63) + ".";
        final Map<String, String> served = Map.of("x.wild.test.", "*.wild.test", "X.WILD.test", "*.wild.test",
                "127.0.0.1", "a.test", "[::1]", "a.test", ".wild.test", "a.test", "wild.test", "a.test",
                label.repeat(3) + "wild.test", "a.test", label.repeat(3) + "x".repeat(61), "a.test");
        try (LiveWorker live = new LiveWorker(CERTIFICATES.get("P-256").served())) {
            live.tls(tls -> tls.addCertificate(0, star.served()));
            for (final Map.Entry<String, String> each : served.entrySet()) {
                try (SSLSocket socket = client(live, each.getKey())) {
                    socket.startHandshake();
                    final X509Certificate shown =
                            (X509Certificate) socket.getSession().getPeerCertificates()[0];
                    assertEquals("CN=" + each.getValue(), shown.getSubjectX500Principal().getName(),
                            each.getKey());
                }
            }
            for (final String wrong : List.of("x".repeat(256), "x".repeat(5000), "a\0b.test")) {
                try (SSLSocket socket = client(live, wrong)) {
                    assertThrows(IOException.class, socket::startHandshake, wrong);
                }
            }
            try (SSLSocket socket = client(live, "a.test")) {
                socket.startHandshake();
            }
        }
    }
}
