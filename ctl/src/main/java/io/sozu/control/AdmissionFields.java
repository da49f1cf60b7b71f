package io.sozu.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ListenerAdmission;

/** The limits of connections in orders: read and written in one place. */
final class AdmissionFields {
    private AdmissionFields() {
    }

    static ListenerAdmission listener(final Fields fields) throws OrderException {
        return new ListenerAdmission(fields.number("max_connections", 0),
            fields.number("max_connections_per_source", 0));
    }

    static void write(final ObjectNode node, final ListenerAdmission admission) {
        node.put("max_connections", admission.maxConnections())
            .put("max_connections_per_source", admission.maxConnectionsPerSource());
    }

    static ClusterAdmission cluster(final Fields fields) throws OrderException {
        return new ClusterAdmission(optional(fields, "max_connections_per_ip"),
            optional(fields, "retry_after"));
    }

    static void write(final ObjectNode node, final ClusterAdmission admission) {
        put(node, "max_connections_per_ip", admission.maxConnectionsPerIp());
        put(node, "retry_after", admission.retryAfterSeconds());
    }

    private static Integer optional(final Fields fields, final String name) throws OrderException {
        return fields.node(name) == null ? null : Integer.valueOf(fields.number(name, 0));
    }

    private static void put(final ObjectNode node, final String name, final Integer value) {
        if (value != null) {
            node.put(name, value);
        }
    }
}
