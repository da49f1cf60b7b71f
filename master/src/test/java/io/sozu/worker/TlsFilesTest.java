package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.openssl.OpenSslException;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.tls.TlsCertificate;
import io.sozu.protocols.tls.TlsListeners;
import io.sozu.protocols.tls.TlsSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files beside TLS: what authorities say of certificates, and secrets for those who look on. */
@ExtendWith(LeakCheck.class)
final class TlsFilesTest {
    private static final String SERIAL = "1001";
    private static final String END = "391231235959Z";
    @TempDir
    private Path folder;
    private Path response;

    @BeforeEach
    void makeAuthority() {
        response = folder.resolve("response.der");
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                "ca.key", "-out", "ca.pem", "-subj", "/CN=authority", "-days", "3");
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "a.key",
                "-out", "a.csr", "-subj", "/CN=a.test");
        openssl("x509", "-req", "-in", "a.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial",
                "0x" + SERIAL, "-days", "2", "-out", "a.pem");
    }

    private void openssl(final String... arguments) {
        try {
            final ProcessBuilder builder = new ProcessBuilder("openssl").directory(folder.toFile())
                    .redirectErrorStream(true);
            builder.command().addAll(List.of(arguments));
            final Process process = builder.start();
            final String said = new String(process.getInputStream().readAllBytes());
            assertEquals(0, process.waitFor(), said);
        } catch (final IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void say(final String line, final String... more) throws IOException {
        Files.writeString(folder.resolve("index.txt"), line + "\tunknown\t/CN=a.test\n");
        final String[] command = {"ocsp", "-index", "index.txt", "-rsigner", "ca.pem", "-rkey", "ca.key",
            "-CA", "ca.pem", "-issuer", "ca.pem", "-serial", "0x" + SERIAL, "-respout", "response.der"};
        final String[] all = Arrays.copyOf(command, command.length + more.length);
        System.arraycopy(more, 0, all, command.length, more.length);
        openssl(all);
    }

    private void sayGood() throws IOException {
        say("V\t" + END + "\t\t" + SERIAL, "-ndays", "1");
    }

    private TlsCertificate certificate() throws IOException {
        return new TlsCertificate("a", List.of("a.test"), Files.readString(folder.resolve("a.pem"))
                + Files.readString(folder.resolve("ca.pem")), Files.readString(folder.resolve("a.key")), 1,
                response.toString());
    }

    private static SSLSocket connect(final InetSocketAddress address, final String version)
            throws IOException {
        final SSLSocket socket = (SSLSocket) SimTlsClient.context().getSocketFactory()
                .createSocket(address.getAddress().getHostAddress(), address.getPort());
        final SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("a.test")));
        parameters.setProtocols(new String[] {version});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static List<byte[]> stapled(final LiveWorker live, final String version) throws IOException {
        try (SSLSocket socket = connect(live.address(), version)) {
            return ((ExtendedSSLSession) socket.getSession()).getStatusResponses();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldShowClientsWhatTheAuthoritySays(final String version) throws IOException {
        sayGood();
        try (LiveWorker live = new LiveWorker(certificate())) {
            assertArrayEquals(Files.readAllBytes(response), stapled(live, version).getFirst());
            Files.delete(response);
            assertEquals(1, stapled(live, version).size(), "what was good is good");
            live.tls(tls -> tls.replaceCertificate(0, "a", assertDoesNotThrow(this::certificate)));
            assertEquals(0, stapled(live, version).size(), "a file that is gone does no harm");
        }
    }

    @Test
    void shouldNotShowWhatIsOutOfDateNorRefuseIt() throws IOException {
        sayGood();
        final String der = Files.readString(response, ISO_8859_1);
        final Matcher times = Pattern.compile("20\\d{12}Z").matcher(der);
        final int next = times.results().mapToInt(MatchResult::start).max().orElseThrow();
        Files.writeString(response, der.substring(0, next) + "2001" + der.substring(next + 4), ISO_8859_1);
        TlsListeners.check(TlsSettings.DEFAULT, List.of(certificate()));
        try (LiveWorker live = new LiveWorker(certificate())) {
            assertEquals(0, stapled(live, "TLSv1.3").size());
        }
    }

    private String refusal() {
        return assertThrows(OpenSslException.class,
                () -> TlsListeners.check(TlsSettings.DEFAULT, List.of(certificate()))).getMessage();
    }

    @Test
    void shouldRefuseWhatIsNoGoodWord() throws IOException {
        assertTrue(refusal().startsWith("ocsp_file \"" + response + "\" is not there: no such file; "),
                refusal());
        Files.writeString(response, "-----BEGIN OCSP RESPONSE-----");
        assertTrue(refusal().startsWith("ocsp_file \"" + response + "\" is no OCSP response in DER"));
        say("R\t" + END + "\t240101000000Z\t" + SERIAL, "-ndays", "1");
        assertTrue(refusal().contains("is revoked"), refusal());
        sayGood();
        openssl("x509", "-req", "-in", "a.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "7",
                "-days", "2", "-out", "a.pem");
        assertTrue(refusal().contains("does not speak of certificate a"), refusal());
    }

    @Test
    void shouldWriteSecretsWhereThatIsAskedFor() throws IOException {
        final Path file = folder.resolve("keys");
        sayGood();
        final TlsSettings asked = new TlsSettings(true, true, "", "", "", "", 2, false, false,
                1_000_000_000L, TlsSettings.ClientCheck.NONE, file.toString(), false);
        try (LiveWorker live = new LiveWorker(certificate())) {
            stapled(live, "TLSv1.3");
            live.tls(tls -> tls.put(0, asked, assertDoesNotThrow(this::certificate)));
            assertEquals(0, Files.size(file));
            stapled(live, "TLSv1.3");
            stapled(live, "TLSv1.2");
        }
        final String text = Files.readString(file);
        assertTrue(text.contains("CLIENT_TRAFFIC_SECRET_0 ") && text.contains("CLIENT_RANDOM "), text);
        assertTrue(text.endsWith("\n"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void shouldRefuseAFileForSecretsThatCannotBe() {
        final TlsSettings asked = new TlsSettings(true, true, "", "", "", "", 2, false, false,
                1_000_000_000L, TlsSettings.ClientCheck.NONE, folder.resolve("no/keys").toString(),
                false);
        assertTrue(assertThrows(OpenSslException.class, () -> TlsListeners.check(asked, List.of()))
                .getMessage().startsWith("key_log_file \""));
    }
}
