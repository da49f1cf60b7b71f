package io.sozu.master.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.control.model.ClientAuth;
import io.sozu.control.model.SniPolicy;
import io.sozu.control.model.TlsAlgorithms;
import io.sozu.control.model.TlsConfig;
import io.sozu.control.model.TlsVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tomlj.Toml;
import org.tomlj.TomlPosition;

/** What the file says about TLS, and what is said of the files that it names. */
final class TlsReaderTest {
    private static final long NOW_SECONDS = 1_800_000_000;

    @TempDir
    private Path directory;
    private Problems problems;

    @BeforeEach
    void copyMaterial() {
        new TomlFiles(directory).withMaterial();
    }

    private TlsConfig read(final String keys) {
        problems = new Problems("F");
        final TomlSection top = new TomlSection(Toml.parse("[[listeners]]\n" + keys),
            TomlPosition.positionAt(1, 1), ConfigKey.Section.TOP, ConfigKey.Section.TOP.title(), problems);
        final TomlSection section = top.tables("listeners", ConfigKey.Section.LISTENER,
            ConfigKey.Section.LISTENER.title()).getFirst();
        final TlsReader reader = new TlsReader(new MaterialFiles(directory), problems, NOW_SECONDS);
        return section.valid(() -> reader.listener(section));
    }

    private String refusal(final String keys) {
        assertNull(read(keys));
        try {
            problems.throwIfAny();
            return "nothing was refused";
        } catch (final ConfigFileException e) {
            return String.join("\n", e.problems()).replace(directory.toString(), "D");
        }
    }

    private List<String> warnings(final String keys) throws ConfigFileException {
        read(keys);
        problems.throwIfAny();
        return problems.warnings();
    }

    @Test
    void shouldHaveItsDefaultsWhereNothingIsSaid() {
        assertEquals(TlsConfig.DEFAULT, read(""));
    }

    @Test
    void shouldReadEveryKeyWithTheFilesItNames() {
        final TlsConfig tls = read("""
            tls_versions = ["TLSv1.3"]
            cipher_list = ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"]
            cipher_suites = ["TLS13_AES_128_GCM_SHA256"]
            groups_list = ["x25519"]
            signature_algorithms = ["ed25519"]
            alpn_protocols = ["http/1.1"]
            certificate = "rsa.pem"
            certificate_chain = "inter.pem"
            key = "rsa1.key"
            ocsp_file = "rsa.ocsp"
            no_sni = "refuse"
            unknown_sni = "REFUSE"
            strict_sni_binding = false
            send_tls13_tickets = 0
            handshake_timeout = 3
            client_auth = "required"
            client_ca = "ca.pem"
            client_auth_depth = 1
            client_crl = "crl.pem"
            key_log_file = "keys.log"
            ktls = true
            """);

        assertEquals(new TlsAlgorithms(Set.of(TlsVersion.TLS_V13), List.of("ECDHE-ECDSA-AES128-GCM-SHA256"),
            List.of("TLS_AES_128_GCM_SHA256"), List.of("X25519"), List.of("ed25519")), tls.algorithms());
        assertEquals(new SniPolicy(SniPolicy.Choice.REFUSE, SniPolicy.Choice.REFUSE, false), tls.sni());
        assertEquals(List.of("rsa.example.com"), tls.certificate().info().names());
        assertEquals(1, tls.certificate().chain().size());
        assertEquals(directory.resolve("rsa.ocsp").toString(), tls.certificate().ocspFile());
        assertEquals(new ClientAuth(ClientAuth.Mode.REQUIRED, TomlFiles.material("ca.pem"), 1,
            TomlFiles.material("crl.pem")), tls.clientAuth());
        assertEquals(directory.resolve("keys.log").toString(), tls.keyLogFile());
        assertEquals(List.of(0, 3, true), List.of(tls.tickets(), tls.handshakeSeconds(), tls.ktls()));
    }

    @Test
    void shouldWarnInPlainWords() throws ConfigFileException {
        assertEquals(List.of("F:2:1: h2 in 'alpn_protocols' is not served yet; clients speak http/1.1"),
            warnings("alpn_protocols = [\"h2\", \"http/1.1\"]"));
        assertTrue(warnings("certificate = \"expired.pem\"\nkey = \"ec.key\"").getFirst()
            .startsWith("F:2:1: 'certificate' 'expired.pem': the certificate has expired on 2020-02-01"));
        assertTrue(warnings("certificate = \"rsa.pem\"\nkey = \"rsa8.key\"").getFirst()
            .startsWith("F:2:1: 'certificate' 'rsa.pem': the certificate comes without a chain"));
        assertTrue(warnings("key_log_file = \"k\"").getFirst().startsWith("F:2:1: 'key_log_file': whoever"));
    }

    @Test
    void shouldNameTheKeyTheFileAndTheCure() {
        assertEquals("F:2:1: certificate 'D/no.pem': no such file; relative names start at the directory of"
            + " the configuration file (in [[listeners]])", refusal("certificate = \"no.pem\"\nkey ="
            + " \"ec.key\""));
        assertTrue(refusal("certificate = \".\"\nkey = \"ec.key\"").contains("is a directory"));
        assertTrue(refusal("certificate = \"ec.key\"\nkey = \"ec.key\"").startsWith(
            "F:2:1: certificate 'ec.key': it has no certificate: it needs -----BEGIN CERTIFICATE-----"));
        assertTrue(refusal("certificate = \"ec.pem\"\nkey = \"enc.key\"").startsWith(
            "F:3:1: key 'enc.key': it is encrypted, and nobody is there to type its passphrase"));
        assertTrue(refusal("certificate = \"ec.pem\"").startsWith("F:1:1: key is missing"), refusal(
            "certificate = \"ec.pem\""));
        assertTrue(refusal("client_auth = \"required\"").startsWith("F:2:1: client_auth is required, but"));
        assertTrue(refusal("tls_versions = [\"SSLv3\"]").startsWith(
            "F:2:1: tls_versions has 'SSLv3', which is broken and never spoken"));
    }
}
