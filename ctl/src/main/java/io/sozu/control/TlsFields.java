package io.sozu.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.CertificateMaterial;
import io.sozu.control.model.ClientAuth;
import io.sozu.control.model.SniPolicy;
import io.sozu.control.model.TlsAlgorithms;
import io.sozu.control.model.TlsConfig;
import io.sozu.control.model.TlsVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** How a listener speaks TLS, as fields of its orders: read and written in one place. */
final class TlsFields {
    /** The fields of the default certificate, but for the certificate itself. */
    static final List<String> OF_CERTIFICATE = List.of("certificate_chain", "key", "ocsp_file");

    private TlsFields() {
    }

    static TlsConfig read(final Fields fields) throws OrderException {
        fields.notServed("tls_provider", "rustls_cipher_list", "disable_http11");
        final TlsConfig absent = TlsConfig.DEFAULT;
        final SniPolicy sni = SniPolicy.DEFAULT;
        final List<String> alpn = texts(fields, "alpn_protocols");
        return new TlsConfig(algorithms(fields), alpn == null ? absent.alpnProtocols() : alpn,
            fields.number("send_tls13_tickets", absent.tickets()),
            new SniPolicy(fields.choice("no_sni", SniPolicy.Choice.class, sni.noSni()),
                fields.choice("unknown_sni", SniPolicy.Choice.class, sni.unknownSni()),
                fields.flag("strict_sni_binding", sni.strictBinding())),
            certificate(fields), fields.number("handshake_timeout", absent.handshakeSeconds()),
            new ClientAuth(fields.choice("client_auth", ClientAuth.Mode.class, ClientAuth.Mode.NONE),
                fields.text("client_ca", null), fields.number("client_auth_depth", ClientAuth.DEFAULT_DEPTH),
                fields.text("client_crl", null)),
            fields.text("key_log_file", null), fields.flag("ktls", absent.ktls()));
    }

    /** Returns the versions that are spoken, all where nothing is said. */
    static Set<TlsVersion> versions(final Fields fields) throws OrderException {
        final List<String> names = texts(fields, "versions");
        if (names == null) {
            return TlsAlgorithms.DEFAULT.versions();
        }
        final Set<TlsVersion> versions = EnumSet.noneOf(TlsVersion.class);
        for (final String name : names) {
            versions.add(TlsVersion.parse("versions", name));
        }
        return versions;
    }

    private static TlsAlgorithms algorithms(final Fields fields) throws OrderException {
        return new TlsAlgorithms(versions(fields), words(fields, "cipher_list"),
            words(fields, "cipher_suites"), words(fields, "groups_list"),
            words(fields, "signature_algorithms"));
    }

    /** Returns the certificate with what goes with it, null for none. */
    static CertificateMaterial certificate(final Fields fields) throws OrderException {
        final String certificate = fields.text("certificate", null);
        final String key = fields.text("key", null);
        final List<String> chain = texts(fields, "certificate_chain");
        final String ocspFile = fields.text("ocsp_file", null);
        if (certificate == null && key == null && (chain == null || chain.isEmpty()) && ocspFile == null) {
            return null;
        }
        return CertificateMaterial.of(certificate, chain == null ? List.of() : chain, key, ocspFile);
    }

    static void write(final ObjectNode node, final TlsConfig tls) {
        final TlsAlgorithms algorithms = tls.algorithms();
        array(node, "versions", Arrays.stream(TlsVersion.values()).filter(algorithms.versions()::contains)
            .map(Enum::name).toList());
        array(node, "cipher_list", algorithms.cipherList());
        array(node, "cipher_suites", algorithms.cipherSuites());
        array(node, "groups_list", algorithms.groups());
        array(node, "signature_algorithms", algorithms.signatureAlgorithms());
        array(node, "alpn_protocols", tls.alpnProtocols());
        node.put("send_tls13_tickets", tls.tickets()).put("no_sni", tls.sni().noSni().text())
            .put("unknown_sni", tls.sni().unknownSni().text())
            .put("strict_sni_binding", tls.sni().strictBinding())
            .put("handshake_timeout", tls.handshakeSeconds())
            .put("client_auth", tls.clientAuth().mode().text())
            .put("client_ca", tls.clientAuth().authorities())
            .put("client_auth_depth", tls.clientAuth().depth()).put("client_crl", tls.clientAuth().revoked())
            .put("key_log_file", tls.keyLogFile()).put("ktls", tls.ktls());
        if (tls.certificate() != null) {
            material(node, tls.certificate());
            node.put("ocsp_file", tls.certificate().ocspFile());
        }
    }

    /** Writes the PEM texts of a certificate, its private key among them. */
    static ObjectNode material(final ObjectNode node, final CertificateMaterial material) {
        array(node.put("certificate", material.certificate()), "certificate_chain", material.chain());
        return node.put("key", material.key());
    }

    static void array(final ObjectNode node, final String name, final List<String> texts) {
        final ArrayNode array = node.putArray(name);
        texts.forEach(array::add);
    }

    private static List<String> words(final Fields fields, final String name) throws OrderException {
        final JsonNode value = fields.node(name);
        if (value != null && value.isTextual()) {
            // As OpenSSL writes a list, and Sōzu of old.
            return value.textValue().isBlank() ? List.of()
                : List.of(value.textValue().trim().split("[:, ]+"));
        }
        final List<String> texts = texts(fields, name);
        return texts == null ? List.of() : texts;
    }

    /** Returns an array of strings, null when it is absent. */
    static List<String> texts(final Fields fields, final String name) throws OrderException {
        final JsonNode array = fields.node(name);
        if (array == null) {
            return null;
        }
        final List<String> texts = new ArrayList<>();
        if (!array.isArray()) {
            throw fields.wrongType(name, "an array of strings", array);
        }
        for (final JsonNode text : array) {
            if (!text.isTextual()) {
                throw fields.wrongType(name, "an array of strings, with no", text);
            }
            texts.add(text.textValue());
        }
        return texts;
    }
}
