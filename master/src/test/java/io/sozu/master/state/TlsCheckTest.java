package io.sozu.master.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sozu.bindings.openssl.OpenSsl;
import io.sozu.control.JsonText;
import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import io.sozu.control.model.ListenerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenSSL refuses, the master refuses, in words for the operator. */
final class TlsCheckTest {
    private static final String LISTENER = """
        [[listeners]]
        protocol = "https"
        address = "127.0.0.1:8443"
        certificate = "ec.pem"
        key = "ec.key"
        """;

    private static final String RSA_ONLY = "cipher_list = [\"ECDHE-RSA-AES128-GCM-SHA256\"]\n";
    private static final String NO_CIPHER = "listener 127.0.0.1:8443: cipher_list has no cipher with ECDSA,"
        + " which the certificate for *.b.example.com, 127.0.0.1, a.example.com needs; ";

    @TempDir
    private Path directory;

    private String problem(final String toml) {
        final List<String> problems = new TomlFiles(directory).withMaterial().problems(toml);
        assertEquals(1, problems.size(), problems::toString);
        return problems.getFirst();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        cipher_list = ["ECDHE-RSA-AES128-GCM-SHA256", "ROT13"] | cipher_list has "ROT13"
        cipher_suites = ["TLS_ROT13"] | cipher_suites has "TLS_ROT13"
        groups_list = ["X25519", "P-7"] | groups_list has "P-7"
        signature_algorithms = ["crayon"] | signature_algorithms has "crayon"
        """)
    void shouldNameTheListenerTheKeyAndTheWord(final String line, final String words) {
        final String problem = problem(LISTENER + line);
        assertTrue(problem.startsWith("F:6:1: listener 127.0.0.1:8443: " + words + ", which OpenSSL 3."),
            problem);
        assertTrue(problem.contains(" does not take: "), problem);
    }

    @Test
    void shouldSayWhichOpenSslHasANewerGroup() {
        assumeTrue(OpenSsl.get().version().matches("OpenSSL 3\\.[0-4]\\..*"), "an older OpenSSL");
        final String problem = problem(LISTENER + "groups_list = [\"X25519MLKEM768\", \"X25519\"]");
        assertTrue(problem.startsWith("F:6:1: listener 127.0.0.1:8443: groups_list has \"X25519MLKEM768\""),
            problem);
        assertTrue(problem.endsWith("; OpenSSL 3.5 or newer has it: name the file of such a library by"
            + " ssl_library, or leave it out"), problem);
    }

    @Test
    void shouldNameTheKeyAndTheFileOfAnOcspResponseThatIsNotThere() {
        final String problem = problem(LISTENER + "ocsp_file = \"none.der\"");
        assertEquals("F:6:1: listener 127.0.0.1:8443: ocsp_file \"" + directory.resolve("none.der")
            + "\" is not there: no such file; a relative name starts at the directory of the configuration"
            + " file", problem);
    }

    @Test
    void shouldRefuseCiphersThatFitNoCertificateWhereNothingElseIsSpoken() {
        final String problem = problem(LISTENER + RSA_ONLY + "tls_versions = [\"TLS_V12\"]");
        assertTrue(problem.startsWith("F:6:1: " + NO_CIPHER), problem);
        assertTrue(problem.endsWith(" as TLS 1.2 alone is spoken, no client could be served: add"
            + " ECDHE-ECDSA-AES128-GCM-SHA256, or leave cipher_list out, or allow TLS_V13"), problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS_V13", "TLS_V12"})
    void shouldWarnOfCiphersThatDoNotFitACertificate(final String version) throws Exception {
        final List<String> warnings = new TomlFiles(directory).withMaterial().warnings(LISTENER + RSA_ONLY
            + "tls_versions = [\"TLS_V12\", \"" + version + "\"]\n" + """
            [clusters.web]
            protocol = "http"
            frontends = [{ address = "127.0.0.1:8443", hostname = "rsa.example.com", certificate = "rsa.pem",\
             key = "rsa8.key" }]
            """);
        final String warning = warnings.stream().filter(line -> line.contains("cipher_list")).findFirst()
            .orElseThrow(() -> new AssertionError(warnings));
        assertTrue(warning.startsWith("F:6:1: " + NO_CIPHER), warning);
        assertTrue(warning.contains(version.equals("TLS_V13") ? "clients that speak TLS 1.2 only are not"
            + " served with it: add " : "it is never served: add "), warning);
    }

    @Test
    void shouldSayNothingOfCiphersThatFit() throws Exception {
        assertTrue(new TomlFiles(directory).withMaterial().warnings(LISTENER
            + "cipher_list = [\"ECDHE-ECDSA-CHACHA20-POLY1305\"]\ntls_versions = [\"TLS_V12\"]").stream()
            .noneMatch(line -> line.contains("cipher_list")));
    }

    @Test
    void shouldJudgeCiphersInOrdersToo() throws Exception {
        final ConfigState state = new ConfigState();
        final String ciphers = "{\"address\":\"127.0.0.1:8443\",\"cipher_list\":"
            + "[\"ECDHE-RSA-AES128-GCM-SHA256\"],\"versions\":[\"TLS_V12\"";
        state.apply(order("ADD_HTTPS_LISTENER", ciphers + "]}"));
        final Order.Change ec = certificate("ec.pem", "ec.key");
        assertTrue(assertThrows(RefusedException.class, () -> warnings(state, ec)).getMessage()
            .startsWith(NO_CIPHER));
        final Order.Change rsa = certificate("rsa.pem", "rsa8.key");
        assertTrue(warnings(state, rsa).stream().noneMatch(line -> line.contains("cipher")));
        state.apply(rsa);
        assertTrue(warnings(state, ec).toString().contains("it is never served"));
        state.apply(ec);
        assertTrue(warnings(state, order("REPLACE_HTTPS_LISTENER", ciphers + ",\"TLS_V13\"]}")).toString()
            .contains("clients that speak TLS 1.2 only"));
    }

    private static List<String> warnings(final ConfigState state, final Order.Change order)
        throws RefusedException {
        return new TlsCheck("").warnings(state, order, 0);
    }

    private static Order.Change certificate(final String certificate, final String key)
        throws OrderException {
        return order("ADD_CERTIFICATE", "{\"address\":\"127.0.0.1:8443\",\"certificate\":"
            + OrderJsonText.certificate(certificate, key) + "}");
    }

    @Test
    void shouldNameTheFilesOfACertificateAndAnothersKey() {
        final String problem = problem(LISTENER.replace("ec.key", "rsa8.key"));
        assertTrue(problem.startsWith("F:4:1: listener 127.0.0.1:8443: OpenSSL does not take certificate "),
            problem);
        assertTrue(problem.endsWith(" with its key: private key mismatch ('certificate' 'ec.pem', 'key'"
            + " 'rsa8.key')"), problem);
        final String frontend = problem(LISTENER.replaceAll("(?m)^(certificate|key).*\n", "") + """
            [clusters.web]
            protocol = "http"
            frontends = [{ address = "127.0.0.1:8443", hostname = "a.example.com", certificate = "ec.pem", \
            key = "rsa8.key" }]
            """);
        assertTrue(frontend.startsWith("F:6:") && frontend.endsWith("('certificate' 'ec.pem', 'key'"
            + " 'rsa8.key')"), frontend);
    }

    @Test
    void shouldSayOnceWhatIsWrongWithAListenerOfSeveralCertificates() {
        final String problem = problem(LISTENER + """
            groups_list = ["P-7"]
            [clusters.web]
            protocol = "http"
            frontends = [{ address = "127.0.0.1:8443", hostname = "a.example.com", certificate = "ec.pem", \
            key = "ec.key" }]
            """);
        assertTrue(problem.startsWith("F:6:1: listener 127.0.0.1:8443: groups_list has "), problem);
        final String library = problem("ssl_library = \"none.so\"\n" + LISTENER);
        assertTrue(library.startsWith("F:") && library.contains("none.so"), library);
        assertFalse(library.contains("ec.pem"), library);
    }

    @Test
    void shouldNameTheClusterWhoseBackendsCannotBeSpokenTo() throws IOException {
        final String cluster = """
            [clusters.web]
            protocol = "http"
            frontends = []
            backends = [%s]
            [clusters.web.backend_tls]
            %s
            """;
        final String mixed = problem(cluster.formatted("",
            "certificate = \"ec.pem\"\nkey = \"rsa8.key\""));
        assertTrue(mixed.startsWith("F:6:1: cluster 'web': backend_tls: OpenSSL does not take certificate "),
            mixed);
        final String inline = problem("""
            [clusters.web]
            protocol = "http"
            backend_tls = { verify = true, certificate = "ec.pem", key = "rsa8.key" }
            """);
        assertTrue(inline.startsWith("F:3:32: cluster 'web': backend_tls: OpenSSL does not take "), inline);
        Files.writeString(directory.resolve("broken.key"),
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        final String key = problem(cluster.formatted("",
            "verify = true\ncertificate = \"ec.pem\"\nkey = \"broken.key\""));
        assertTrue(key.startsWith("F:8:1: cluster 'web': backend_tls: the private key of "), key);
        final String nameless = problem(cluster.formatted("{ address = \"unix:/run/app\" }", ""));
        assertTrue(nameless.contains("cluster 'web': the certificate of backend ")
            && nameless.endsWith("write server_name in its backend_tls"), nameless);
        assertEquals("F:6:1: ca 'ca.pem': it has no effect while verify is false; leave verify out, which is"
            + " better, or ca (in [clusters.web.backend_tls])",
            problem(cluster.formatted("", "ca = \"ca.pem\"\nverify = false")));
        assertTrue(problem(cluster.formatted("", "server_name = \"*.a\""))
            .contains("'*.a' is no name of a server; write a host, or an IP address"));
    }

    private static Order.Change order(final String type, final String data) throws OrderException {
        return (Order.Change) OrderJson.readOrder(JsonText.read("{\"type\":\"" + type + "\",\"data\":" + data
            + "}"));
    }

    private static String refusal(final ConfigState state, final Order.Change order) {
        return assertThrows(RefusedException.class, () -> new TlsCheck("").check(state, order)).getMessage();
    }

    @Test
    void shouldRefuseSettingsThatACertificateWhichIsThereDoesNotFit() throws Exception {
        final ConfigState state = new ConfigState();
        final Order.Change add = order("ADD_HTTPS_LISTENER", "{\"address\":\"127.0.0.1:8443\"}");
        new TlsCheck("").check(state, add);
        state.apply(add);
        final Order.Change certificate = order("ADD_CERTIFICATE", "{\"address\":\"127.0.0.1:8443\","
            + "\"certificate\":" + OrderJsonText.certificate("rsa.pem", "rsa8.key") + "}");
        new TlsCheck("").check(state, certificate);
        state.apply(certificate);
        new TlsCheck("").check(state, order("REPLACE_HTTPS_LISTENER", "{\"address\":\"127.0.0.1:8443\"}"));
        final String refusal = refusal(state, order("REPLACE_HTTPS_LISTENER",
            "{\"address\":\"127.0.0.1:8443\",\"cipher_list\":[\"DEFAULT@SECLEVEL=5\"]}"));
        assertTrue(refusal.startsWith("listener 127.0.0.1:8443: OpenSSL does not take certificate ")
            && refusal.endsWith("key too small"), refusal);
    }

    @Test
    void shouldRefuseTheCertificateOfAnOrderWithAnothersKey() throws Exception {
        final ConfigState state = new ConfigState();
        state.apply(order("ADD_HTTPS_LISTENER", "{\"address\":\"127.0.0.1:8443\"}"));
        final String wrong = OrderJsonText.certificate("rsa.pem", "ec.key");
        assertTrue(refusal(state, order("ADD_CERTIFICATE", "{\"address\":\"127.0.0.1:8443\","
            + "\"certificate\":" + wrong + "}")).contains(" with its key: "));
        assertTrue(refusal(state, order("REPLACE_CERTIFICATE", "{\"address\":\"127.0.0.1:8443\","
            + "\"new_certificate\":" + wrong + ",\"old_fingerprint\":\"" + "0".repeat(64) + "\"}"))
            .contains(" with its key: "));
    }

    @ParameterizedTest
    @CsvSource({"'espintcp mptcp\n',true", "'mptcp tls\n',false", "'tls\n',false", "'',true"})
    void shouldSayWhetherTheKernelHasTls(final String offered, final boolean warned) throws Exception {
        final Path file = Files.writeString(directory.resolve("offered"), offered);
        final ConfigState state = new ConfigState();
        state.apply(order("ADD_HTTPS_LISTENER", "{\"address\":\"127.0.0.1:8443\",\"ktls\":true}"));
        final ListenerConfig asks = state.listeners().iterator().next();
        assertEquals(warned, KernelTlsOffer.warnings(asks, file).toString().contains("modprobe tls"));
        assertEquals(List.of(), KernelTlsOffer.warnings(asks, directory.resolve("none")));
        state.apply(order("REPLACE_HTTPS_LISTENER", "{\"address\":\"127.0.0.1:8443\"}"));
        assertEquals(List.of(), KernelTlsOffer.warnings(state.listeners().iterator().next(), file));
    }

    @Test
    void shouldNameTheKeyThatAsksTheKernel() throws Exception {
        final boolean offers = Files.exists(KernelTlsOffer.OFFERED)
            && !Files.readString(KernelTlsOffer.OFFERED).contains("tls");
        assertEquals(offers ? 1 : 0, new TomlFiles(directory).withMaterial().warnings(LISTENER
            + "ktls = true").stream().filter(line -> line.startsWith("F:6:1: listener 127.0.0.1:8443: ktls"))
            .count());
    }

    @Test
    void shouldAskNothingOfListenersWithoutTls() throws Exception {
        new TlsCheck("/none").check(new ConfigState(), order("ADD_HTTP_LISTENER",
            "{\"address\":\"127.0.0.1:8080\"}"));
    }

    /** Certificates in the texts of orders. */
    private static final class OrderJsonText {
        static String certificate(final String certificate, final String key) {
            return "{\"certificate\":" + quoted(certificate) + ",\"key\":" + quoted(key) + "}";
        }

        private static String quoted(final String file) {
            return "\"" + TomlFiles.material(file).replace("\n", "\\n") + "\"";
        }
    }
}
