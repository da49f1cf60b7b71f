package io.sozu.worker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.OrderJson;
import io.sozu.control.model.CertificateConfig;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which certificates a worker serves on which listener, in the order in which they came. Control path. */
final class ServedCertificates {
    private final Map<InetSocketAddress, CertificateConfig> own = new LinkedHashMap<>();
    private final Map<InetSocketAddress, Map<String, CertificateConfig>> added = new LinkedHashMap<>();

    /** Notes the certificate that is part of a listener; null for none. */
    void own(final InetSocketAddress listener, final CertificateConfig certificate) {
        if (certificate == null) {
            own.remove(listener);
        } else {
            own.put(listener, certificate);
        }
    }

    void add(final CertificateConfig certificate) {
        added.computeIfAbsent(certificate.address(), address -> new LinkedHashMap<>())
                .put(certificate.fingerprint(), certificate);
    }

    void remove(final InetSocketAddress listener, final String fingerprint) {
        final Map<String, CertificateConfig> certificates = added.get(listener);
        if (certificates != null) {
            certificates.remove(fingerprint);
        }
    }

    void removeAll(final InetSocketAddress listener) {
        own.remove(listener);
        added.remove(listener);
    }

    /** Describes those that are asked for. */
    Answer answer(final Order.ListCertificates order) {
        final ArrayNode array = JsonNodeFactory.instance.arrayNode();
        own.values().forEach(each -> describe(array, order, each, true));
        added.values().forEach(all -> all.values().forEach(each -> describe(array, order, each, false)));
        return Answer.ok("", "CERTIFICATES", array);
    }

    private static void describe(final ArrayNode array, final Order.ListCertificates order,
            final CertificateConfig certificate, final boolean isDefault) {
        if (order.matches(certificate.fingerprint(), certificate.names())) {
            array.add(OrderJson.toJson(certificate).put("default", isDefault));
        }
    }
}
