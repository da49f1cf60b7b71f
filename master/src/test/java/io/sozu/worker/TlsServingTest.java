package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.openssl.OpenSslException;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.tls.TlsCertificate;
import io.sozu.protocols.tls.TlsListeners;
import io.sozu.protocols.tls.TlsSettings;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker on real sockets, and Java's own client of TLS. */
@ExtendWith(LeakCheck.class)
final class TlsServingTest {
    static final TrustManager[] TRUST = {new TrustAll()};
    private static final int LARGE = LiveWorker.LARGE_BYTES;
    private static final TestCertificate A_EC = TestCertificate.make("EC", "a.test");
    private static final TestCertificate A_RSA = TestCertificate.make("RSA", "a.test");
    private static final TestCertificate STAR = TestCertificate.make("EC", "*.wild.test");

    private LiveWorker live;

    @BeforeEach
    void start() throws Exception {
        live = new LiveWorker(A_EC.served());
    }

    @AfterEach
    void stop() throws Exception {
        live.close();
    }

    private static SSLContext context(final TestCertificate own) throws Exception {
        final SSLContext context = SSLContext.getInstance("TLS");
        context.init(own == null ? null : own.keyManagers(), TRUST, null);
        return context;
    }

    private SSLSocket client(final String name, final String... protocols) throws Exception {
        return client(context(null), name, protocols);
    }

    private SSLSocket client(final SSLContext context, final String name, final String... protocols)
            throws Exception {
        final SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(live.address().getAddress().getHostAddress(), live.address().getPort());
        final SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(name == null ? List.of() : List.of(new SNIHostName(name)));
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static String ask(final Socket socket, final String path, final int bytes) throws IOException {
        socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: a.test\r\n\r\n")
                .getBytes(ISO_8859_1));
        final StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
        assertEquals(bytes, socket.getInputStream().readNBytes(bytes).length);
        return head.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldServeManyRequestsOfAConnection(final String version) throws Exception {
        try (SSLSocket socket = client("a.test", version)) {
            for (int i = 0; i < 20; i++) {
                assertTrue(ask(socket, "/", 2).startsWith("HTTP/1.1 200"));
            }
            assertEquals(version, socket.getSession().getProtocol());
            assertTrue(ask(socket, "/large", LARGE).startsWith("HTTP/1.1 200"));
        }
    }

    @Test
    void shouldEndAConnectionWithCloseNotify() throws Exception {
        try (SSLSocket socket = client("a.test")) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                    .getBytes(ISO_8859_1));
            assertTrue(new String(socket.getInputStream().readAllBytes(), ISO_8859_1).endsWith("ok"));
        }
    }

    @ParameterizedTest
    @CsvSource({"a.test,a.test", "A.TEST,a.test", "x.wild.test,*.wild.test", "x.y.wild.test,a.test",
        "other.test,a.test", ",a.test"})
    void shouldChooseTheCertificateByName(final String name, final String served) throws Exception {
        live.tls(tls -> tls.addCertificate(0, STAR.served()));
        try (SSLSocket socket = client(name)) {
            assertTrue(ask(socket, "/", 2).startsWith("HTTP/1.1 200"));
            final X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            assertEquals("CN=" + served, shown.getSubjectX500Principal().getName());
        }
    }

    @Test
    void shouldServeTheKeyThatAClientCanUse() throws Exception {
        live.tls(tls -> tls.addCertificate(0, A_RSA.served()));
        for (final String[] each : new String[][] {{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "RSA"},
            {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "EC"}}) {
            try (SSLSocket socket = client("a.test", "TLSv1.2")) {
                socket.setEnabledCipherSuites(new String[] {each[0]});
                ask(socket, "/", 2);
                assertEquals(each[1],
                        socket.getSession().getPeerCertificates()[0].getPublicKey().getAlgorithm());
            }
        }
    }

    @Test
    void shouldRefuseUnknownNamesWhenToldSo() throws Exception {
        live.tls(tls -> tls.put(0, new TlsSettings(true, true, "", "", "", "", 2, true, true,
                1_000_000_000L, TlsSettings.ClientCheck.NONE), A_EC.served()));
        for (final String name : new String[] {"b.test", null}) {
            try (SSLSocket socket = client(name)) {
                assertTrue(assertThrows(SSLException.class, socket::startHandshake).getMessage()
                        .contains("unrecognized_name"));
            }
        }
    }

    @Test
    void shouldKeepAConnectionWhoseCertificateIsReplacedOrRemoved() throws Exception {
        live.tls(tls -> tls.addCertificate(0, STAR.served()));
        try (SSLSocket socket = client("x.wild.test")) {
            ask(socket, "/", 2);
            live.tls(tls -> tls.replaceCertificate(0, STAR.served().id(), A_RSA.served()));
            live.tls(tls -> tls.removeCertificate(0, A_RSA.served().id()));
            ask(socket, "/large", LARGE);
        }
    }

    @Test
    void shouldTellAClientWithoutTlsWhatThisPortSpeaks() throws Exception {
        try (Socket socket = new Socket(live.address().getAddress(), live.address().getPort())) {
            socket.getOutputStream().write("PATCH / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
            final String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
            assertTrue(answer.endsWith("without TLS.\n"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldResumeByTicketsAsLongAsTheirKeyIsKnown(final String version) throws Exception {
        final byte[] first = key(1);
        live.tls(tls -> tls.ticketKeys(List.of(first)));
        final SSLContext context = context(null);
        final long created = session(context, version);
        live.tls(tls -> tls.put(0, TlsSettings.DEFAULT, A_EC.served()));
        live.tls(tls -> tls.ticketKeys(List.of(key(2), first)));
        assertEquals(created, session(context, version));
        live.tls(tls -> tls.ticketKeys(List.of(key(4), key(3))));
        assertNotEquals(created, session(context, version));
    }

    private static byte[] key(final int seed) {
        final byte[] key = new byte[80];
        Arrays.fill(key, (byte) seed);
        return key;
    }

    /** Asks once, and returns when the session of it was made, in a way that tells sessions apart. */
    private long session(final SSLContext context, final String version) throws Exception {
        Thread.onSpinWait();
        try (SSLSocket socket = client(context, "a.test", version)) {
            ask(socket, "/", 2);
            return socket.getSession().getCreationTime();
        }
    }

    @Test
    void shouldAskClientsForCertificatesThatAnAuthorityVouchesFor() throws Exception {
        final TestCertificate known = TestCertificate.make("EC", "client.test");
        final TestCertificate other = TestCertificate.make("EC", "other.test");
        live.tls(tls -> tls.put(0, new TlsSettings(true, true, "", "", "", "", 2, false, false,
                1_000_000_000L, new TlsSettings.ClientCheck(true, true, known.served().chain(), 2, "")),
                A_EC.served()));
        try (SSLSocket socket = client(context(known), "a.test", "TLSv1.2")) {
            ask(socket, "/", 2);
        }
        try (SSLSocket socket = client(context(other), "a.test", "TLSv1.2")) {
            assertThrows(IOException.class, socket::startHandshake);
        }
        try (SSLSocket socket = client(context(null), "a.test", "TLSv1.2")) {
            assertThrows(IOException.class, socket::startHandshake);
        }
    }

    @Test
    void shouldNameWhatOpenSslRefuses() {
        final TlsSettings wrong = new TlsSettings(true, true, "ECDHE-RSA-AES128-GCM-SHA256:NONSENSE", "", "",
                "", 2, false, false, 1, TlsSettings.ClientCheck.NONE);
        assertTrue(assertThrows(OpenSslException.class, () -> TlsListeners.check(wrong, List.of()))
                .getMessage().startsWith("cipher_list has \"NONSENSE\""));
        final TlsCertificate mixed = new TlsCertificate("x", List.of("a"), A_EC.served().chain(),
                A_RSA.served().key(), 0);
        assertThrows(OpenSslException.class,
                () -> TlsListeners.check(TlsSettings.DEFAULT, List.of(mixed)));
    }

    /** Believes everybody. */
    private static final class TrustAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String type) {
        }

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String type) {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
