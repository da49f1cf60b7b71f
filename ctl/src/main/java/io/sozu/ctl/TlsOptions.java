package io.sozu.ctl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.ClientAuth;
import io.sozu.control.model.SniPolicy;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** How a listener speaks TLS, as options. */
final class TlsOptions {
    private static final String LIST = "NAME,...";

    @Option(names = {"--tls-versions", "--versions"}, paramLabel = LIST, split = ",",
        description = "TLS_V12, TLS_V13 [both]")
    private List<String> versions;

    @Option(names = "--cipher-list", paramLabel = LIST, split = "[,:]",
        description = "ciphers of TLS 1.2, by OpenSSL's names [Mozilla's intermediate profile]")
    private List<String> ciphers;

    @Option(names = "--cipher-suites", paramLabel = LIST, split = "[,:]",
        description = "ciphers of TLS 1.3 [all three]")
    private List<String> suites;

    @Option(names = "--groups-list", paramLabel = LIST, split = "[,:]",
        description = "groups of the key exchange [X25519, P-256, P-384]")
    private List<String> groups;

    @Option(names = "--signature-algorithms", paramLabel = LIST, split = "[,:]",
        description = "what may sign [OpenSSL's]")
    private List<String> signatures;

    @Option(names = "--alpn-protocols", paramLabel = LIST, split = ",",
        description = "what is spoken inside [http/1.1]")
    private List<String> alpn;

    @Option(names = "--send-tls13-tickets", paramLabel = "COUNT",
        description = "tickets behind a handshake of TLS 1.3 [2]")
    private Integer tickets;

    @Option(names = "--certificate", paramLabel = "FILE",
        description = "the default certificate as PEM, perhaps with its chain behind it")
    private Path certificate;

    @Option(names = "--certificate-chain", paramLabel = "FILE", description = "its chain, as PEM")
    private Path chain;

    @Option(names = "--key", paramLabel = "FILE", description = "its private key, as PEM")
    private Path key;

    @Option(names = "--ocsp-file", paramLabel = "FILE",
        description = "where the proxy finds what the authority says of it")
    private Path ocspFile;

    @Option(names = "--no-sni", paramLabel = "POLICY",
        description = "what clients get that name no host: ${COMPLETION-CANDIDATES} [default_certificate]")
    private SniPolicy.Choice noSni;

    @Option(names = "--unknown-sni", paramLabel = "POLICY", description = "what clients get that name a host"
        + " of no certificate: ${COMPLETION-CANDIDATES} [default_certificate]")
    private SniPolicy.Choice unknownSni;

    @Option(names = "--strict-sni-binding", paramLabel = "true|false", arity = "0..1", fallbackValue = "true",
        description = "whether requests have to be for hosts of the certificate that was served [true]")
    private Boolean strict;

    @Option(names = "--handshake-timeout", paramLabel = "SECONDS",
        description = "how long a handshake may take [10]")
    private Integer handshakeSeconds;

    @Option(names = "--client-auth", paramLabel = "MODE",
        description = "whether clients show a certificate: ${COMPLETION-CANDIDATES} [none]")
    private ClientAuth.Mode clientAuth;

    @Option(names = "--client-ca", paramLabel = "FILE",
        description = "the authorities that vouch for clients, as PEM")
    private Path clientCa;

    @Option(names = "--client-auth-depth", paramLabel = "COUNT",
        description = "how many certificates may be between a client's and an authority's [4]")
    private Integer depth;

    @Option(names = "--client-crl", paramLabel = "FILE", description = "what was revoked, as PEM")
    private Path clientCrl;

    @Option(names = "--key-log-file", paramLabel = "FILE",
        description = "where the proxy writes the secrets of all connections, to look into them")
    private Path keyLogFile;

    @Option(names = "--ktls", paramLabel = "true|false", arity = "0..1", fallbackValue = "true",
        description = "whether the kernel encrypts where it can [false]")
    private Boolean ktls;

    /** Adds what is given to the fields of an order. */
    void addTo(final ObjectNode data) {
        words(data, "versions", versions);
        words(data, "cipher_list", ciphers);
        words(data, "cipher_suites", suites);
        words(data, "groups_list", groups);
        words(data, "signature_algorithms", signatures);
        words(data, "alpn_protocols", alpn);
        text(data, "certificate", PemFiles.text("--certificate", certificate));
        words(data, "certificate_chain", chain == null ? null
            : List.of(PemFiles.text("--certificate-chain", chain)));
        text(data, "key", PemFiles.text("--key", key));
        text(data, "ocsp_file", path(ocspFile));
        text(data, "no_sni", noSni == null ? null : noSni.text());
        text(data, "unknown_sni", unknownSni == null ? null : unknownSni.text());
        text(data, "client_auth", clientAuth == null ? null : clientAuth.text());
        text(data, "client_ca", PemFiles.text("--client-ca", clientCa));
        text(data, "client_crl", PemFiles.text("--client-crl", clientCrl));
        text(data, "key_log_file", path(keyLogFile));
        number(data, "send_tls13_tickets", tickets);
        number(data, "handshake_timeout", handshakeSeconds);
        number(data, "client_auth_depth", depth);
        flag(data, "strict_sni_binding", strict);
        flag(data, "ktls", ktls);
    }

    private static String path(final Path file) {
        return file == null ? null : file.toAbsolutePath().normalize().toString();
    }

    private static void words(final ObjectNode data, final String name, final List<String> words) {
        if (words != null) {
            final ArrayNode array = data.putArray(name);
            words.stream().filter(word -> !word.isBlank()).forEach(word -> array.add(word.strip()));
        }
    }

    private static void text(final ObjectNode data, final String name, final String text) {
        if (text != null) {
            data.put(name, text);
        }
    }

    private static void number(final ObjectNode data, final String name, final Integer number) {
        if (number != null) {
            data.put(name, number);
        }
    }

    private static void flag(final ObjectNode data, final String name, final Boolean flag) {
        if (flag != null) {
            data.put(name, flag);
        }
    }
}
