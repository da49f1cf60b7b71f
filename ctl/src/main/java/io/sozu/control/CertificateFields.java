package io.sozu.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.CertificateInfo;
import io.sozu.control.model.CertificateMaterial;
import io.sozu.control.model.TicketKey;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates and ticket keys in orders: read and written in one place. */
final class CertificateFields {
    private CertificateFields() {
    }

    static Order add(final Fields fields) throws OrderException {
        return new Order.AddCertificate(read(fields, OrderReader.address(fields, "address"), "certificate",
            ""));
    }

    static Order replace(final Fields fields) throws OrderException {
        final InetSocketAddress address = OrderReader.address(fields, "address");
        return new Order.ReplaceCertificate(read(fields, address, "new_certificate", "new_"),
            CertificateInfo.fingerprint("old_fingerprint", fields.text("old_fingerprint")));
    }

    static Order remove(final Fields fields) throws OrderException {
        return new Order.RemoveCertificate(OrderReader.address(fields, "address"),
            CertificateInfo.fingerprint("fingerprint", fields.text("fingerprint")));
    }

    static Order query(final OrderType type, final Fields fields) throws OrderException {
        final String fingerprint = fields.text("fingerprint", null);
        return new Order.ListCertificates(type == OrderType.QUERY_CERTIFICATES_FROM_WORKERS,
            fields.text("domain", null),
            fingerprint == null ? null : CertificateInfo.fingerprint("fingerprint", fingerprint));
    }

    /** Sōzu has had the names beside the certificate and in it; versions of its own it never obeyed. */
    private static CertificateConfig read(final Fields fields, final InetSocketAddress address,
                                          final String name, final String prefix) throws OrderException {
        final Fields inner = fields.inner(name, fields.required(name));
        final List<String> chain = TlsFields.texts(inner, "certificate_chain");
        final CertificateMaterial material = CertificateMaterial.of(inner.text("certificate"),
            chain == null ? List.of() : chain, inner.text("key"), fields.text(prefix + "ocsp_file", null));
        final List<String> versions = TlsFields.texts(inner, "versions");
        if (versions != null && !versions.isEmpty()) {
            inner.notServed("versions");
        }
        final List<String> names = new ArrayList<>();
        for (final Fields place : List.of(inner, fields)) {
            final List<String> some = TlsFields.texts(place, place == inner ? "names" : prefix + "names");
            if (some != null) {
                names.addAll(some);
            }
        }
        inner.end();
        return new CertificateConfig(address, material, names, fields.count(prefix + "expired_at"));
    }

    static ObjectNode write(final CertificateConfig certificate) {
        return write(certificate, "certificate", "");
    }

    static ObjectNode write(final Order.ReplaceCertificate order) {
        return write(order.certificate(), "new_certificate", "new_")
            .put("old_fingerprint", order.oldFingerprint());
    }

    private static ObjectNode write(final CertificateConfig certificate, final String name,
                                    final String prefix) {
        final ObjectNode node = OrderWriter.node().put("address", Addresses.format(certificate.address()));
        TlsFields.material(node.putObject(name), certificate.material());
        if (!certificate.ownNames().isEmpty()) {
            TlsFields.array(node, prefix + "names", certificate.ownNames());
        }
        if (certificate.expiredAtSeconds() != null) {
            node.put(prefix + "expired_at", certificate.expiredAtSeconds());
        }
        if (certificate.material().ocspFile() != null) {
            node.put(prefix + "ocsp_file", certificate.material().ocspFile());
        }
        return node;
    }

    /** Returns what a list of certificates shows: no private key, nor the certificate itself. */
    static ObjectNode describe(final CertificateConfig certificate) {
        final CertificateInfo info = certificate.material().info();
        final ObjectNode node = OrderWriter.node().put("address", Addresses.format(certificate.address()))
            .put("fingerprint", info.fingerprint());
        TlsFields.array(node, "names", certificate.names());
        return node.put("subject", info.subject()).put("issuer", info.issuer()).put("key_type",
            info.keyType())
            .put("not_before", info.notBeforeSeconds()).put("not_after", info.notAfterSeconds())
            .put("expires_at", certificate.expiresAtSeconds())
            .put("chain", certificate.material().chain().size());
    }

    static Order ticketKeys(final Fields fields) throws OrderException {
        final List<String> texts = TlsFields.texts(fields, "keys");
        if (texts == null || texts.isEmpty()) {
            throw fields.fault("field 'keys' has no key");
        }
        final List<TicketKey> keys = new ArrayList<>();
        for (final String text : texts) {
            try {
                keys.add(new TicketKey(Base64.getDecoder().decode(text)));
            } catch (final IllegalArgumentException e) {
                throw fields.fault("field 'keys' has what is no key");
            }
        }
        return new Order.SetTicketKeys(keys);
    }

    static JsonNode write(final Order.SetTicketKeys order) {
        final ObjectNode node = OrderWriter.node();
        final ArrayNode keys = node.putArray("keys");
        order.keys().forEach(key -> keys.add(Base64.getEncoder().encodeToString(key.bytes())));
        return node;
    }
}
