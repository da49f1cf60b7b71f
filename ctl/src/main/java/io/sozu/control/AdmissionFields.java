package io.sozu.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ListenerAdmission;
import io.sozu.control.model.RateLimit;

/** The limits of connections and rates in orders: read and written in one place. */
final class AdmissionFields {
    private static final String PER_SOURCE = "_per_source";

    private AdmissionFields() {
    }

    static ListenerAdmission listener(final Fields fields) throws OrderException {
        return new ListenerAdmission(fields.number("max_connections", 0),
            fields.number("max_connections_per_source", 0), rate(fields, "connection", ""),
            rate(fields, "connection", PER_SOURCE), rate(fields, "request", ""),
            rate(fields, "request", PER_SOURCE));
    }

    static void write(final ObjectNode node, final ListenerAdmission admission) {
        node.put("max_connections", admission.maxConnections())
            .put("max_connections_per_source", admission.maxConnectionsPerSource());
        write(node, "connection", "", admission.connectionRate());
        write(node, "connection", PER_SOURCE, admission.connectionRatePerSource());
        write(node, "request", "", admission.requestRate());
        write(node, "request", PER_SOURCE, admission.requestRatePerSource());
    }

    static ClusterAdmission cluster(final Fields fields) throws OrderException {
        return new ClusterAdmission(optional(fields, "max_connections_per_ip"),
            optional(fields, "retry_after"), rate(fields, "request", ""),
            rate(fields, "request", PER_SOURCE));
    }

    static void write(final ObjectNode node, final ClusterAdmission admission) {
        put(node, "max_connections_per_ip", admission.maxConnectionsPerIp());
        put(node, "retry_after", admission.retryAfterSeconds());
        write(node, "request", "", admission.requestRate());
        write(node, "request", PER_SOURCE, admission.requestRatePerSource());
    }

    private static RateLimit rate(final Fields fields, final String what, final String suffix)
        throws OrderException {
        return RateLimit.of(what, suffix, fields.number(what + "_rate" + suffix, 0),
            fields.number(what + "_burst" + suffix, 0));
    }

    private static void write(final ObjectNode node, final String what, final String suffix,
                              final RateLimit limit) {
        if (!limit.equals(RateLimit.NONE)) {
            node.put(what + "_rate" + suffix, limit.perSecond()).put(what + "_burst" + suffix, limit.burst());
        }
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
