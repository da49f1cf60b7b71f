package io.sozu.worker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.OrderJson;
import io.sozu.control.model.CertificateConfig;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which certificates a worker serves on which listener. Control path. */
final class ServedCertificates {
    private final Map<InetSocketAddress, Map<String, CertificateConfig>> byListener = new HashMap<>();

    /** Returns those of a listener, by fingerprint, in the order in which they came. */
    Map<String, CertificateConfig> of(final InetSocketAddress listener) {
        return byListener.computeIfAbsent(listener, address -> new LinkedHashMap<>());
    }

    void removeAll(final InetSocketAddress listener) {
        byListener.remove(listener);
    }

    /** Describes those that are asked for. */
    Answer answer(final Order.ListCertificates order) {
        final ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (final Map<String, CertificateConfig> each : byListener.values()) {
            for (final CertificateConfig certificate : each.values()) {
                if (order.matches(certificate.fingerprint(), certificate.names())) {
                    final ObjectNode node = OrderJson.toJson(certificate);
                    array.add(node);
                }
            }
        }
        return Answer.ok("", "CERTIFICATES", array);
    }
}
