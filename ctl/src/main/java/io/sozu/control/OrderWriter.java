package io.sozu.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.Condition;
import io.sozu.control.model.FailurePolicy;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.StickyConfig;
import java.net.InetSocketAddress;

/** Makes JSON trees of orders; what has its default is left out where Sōzu leaves it out. */
final class OrderWriter {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private OrderWriter() {
    }

    static ObjectNode node() {
        return NODES.objectNode();
    }

    static ObjectNode order(final Order order) {
        final ObjectNode node = NODES.objectNode().put("type", order.type().name());
        final JsonNode data = data(order);
        return data == null ? node : node.set("data", data);
    }

    private static JsonNode data(final Order order) {
        return switch (order) {
            case Order.AddCluster o -> cluster(o.cluster());
            case Order.RemoveCluster o -> NODES.textNode(o.clusterId());
            case Order.AddHttpFrontend o -> frontend(o.frontend());
            case Order.RemoveHttpFrontend o -> key(o.key());
            case Order.AddBackend o -> backend(o.backend());
            case Order.RemoveBackend o -> NODES.objectNode().put("cluster_id", o.clusterId())
                .put("backend_id", o.backendId()).put("address", o.address().text());
            case Order.AddHttpListener o -> ListenerFields.write(o.listener());
            case Order.ReplaceHttpListener o -> ListenerFields.write(o.listener());
            case Order.AddCertificate o -> CertificateFields.write(o.certificate());
            case Order.ReplaceCertificate o -> CertificateFields.write(o);
            case Order.RemoveCertificate o -> NODES.objectNode().put("address", Addresses.format(o.address()))
                .put("fingerprint", o.fingerprint());
            case Order.SetTicketKeys o -> CertificateFields.write(o);
            case Order.ReplaceHttpFrontend o -> frontend(o.frontend());
            case Order.Update o -> OrderUpdates.write(o);
            case Order.RemoveListener o -> listener(o.address(), o.protocol());
            case Order.ActivateListener o -> slot(listener(o.address(), o.protocol())
                .put("from_scm", o.fromScm()), o.slot());
            case Order.DeactivateListener o -> slot(listener(o.address(), o.protocol())
                .put("to_scm", o.toScm()), o.slot());
            case Order.Logging o -> NODES.textNode(o.filter());
            case Order.ListFrontends o -> NODES.objectNode().put("http", o.http()).put("https", o.https())
                .put("tcp", o.tcp()).put("domain", o.domain());
            case Order.ListClusters o -> listClusters(o);
            case Order.ListBackends o -> NODES.objectNode().put("cluster_id", o.clusterId());
            case Order.ListCertificates o -> NODES.objectNode().put("domain", o.domain())
                .put("fingerprint", o.fingerprint());
            case Order.ExplainRoute o -> explainRoute(o);
            case Order.ReloadConfiguration o -> NODES.objectNode().put("path", o.path())
                .put("dry_run", o.dryRun());
            case Order.SoftStop o -> null;
            case Order.HardStop o -> null;
            case Order.SubscribeEvents o -> null;
            case Order.Status o -> null;
            case Order.ListWorkers o -> null;
            case Order.ListListeners o -> null;
            case Order.DumpState o -> null;
        };
    }

    static ObjectNode cluster(final ClusterConfig cluster) {
        final BalancingConfig balancing = cluster.balancing();
        final ObjectNode node = NODES.objectNode().put("cluster_id", cluster.clusterId())
            .put("sticky_session", cluster.sticky().enabled())
            .put("https_redirect", cluster.httpsRedirect().enabled())
            .put("load_balancing", balancing.loadBalancing().text());
        if (cluster.httpsRedirect().port() != null) {
            node.put("https_redirect_port", cluster.httpsRedirect().port());
        }
        failure(node, cluster.failure());
        AdmissionFields.write(node, cluster.admission());
        TermsJson.write(node, cluster.terms());
        if (balancing.loadMetric() != null) {
            node.put("load_metric", balancing.loadMetric().text());
        }
        if (balancing.hashKey() != null) {
            node.put("hash_key", balancing.hashKey());
        }
        if (balancing.slowStartSeconds() > 0) {
            node.put("slow_start", balancing.slowStartSeconds());
        }
        BackendTlsFields.write(node, cluster.backendTls());
        return sticky(node, cluster.sticky());
    }

    private static ObjectNode sticky(final ObjectNode node, final StickyConfig sticky) {
        if (!sticky.equals(StickyConfig.of(sticky.enabled()))) {
            node.put("sticky_secure", sticky.secure()).put("sticky_http_only", sticky.httpOnly())
                .put("sticky_same_site", sticky.sameSite() == null ? null : sticky.sameSite().name())
                .put("sticky_max_age", sticky.maxAgeSeconds()).put("sticky_path", sticky.path());
        }
        return node;
    }

    private static void failure(final ObjectNode node, final FailurePolicy failure) {
        node.put("max_queue", failure.maxQueue()).put("queue_timeout", failure.queueSeconds())
            .put("consecutive_5xx", failure.consecutive5xx())
            .put("consecutive_failures", failure.consecutiveFailures())
            .put("ejection_time", failure.ejectionSeconds())
            .put("max_ejected_percent", failure.maxEjectedPercent()).put("retries", failure.retries())
            .put("retry_budget", failure.retryBudgetPercent());
    }

    static ObjectNode frontend(final FrontendConfig frontend) {
        final ObjectNode node = NODES.objectNode();
        if (frontend.deny()) {
            node.put("route", "DENY");
        } else {
            node.putObject("route").put("CLUSTER_ID", frontend.clusterId());
        }
        node.setAll(key(frontend.key()));
        final ObjectNode tags = node.put("position", frontend.position().name()).putObject("tags");
        frontend.tags().forEach(tags::put);
        TermsJson.write(node, frontend.terms());
        HeaderFields.write(node, frontend.hsts());
        return node;
    }

    static ObjectNode key(final FrontendKey key) {
        final ObjectNode node = NODES.objectNode().put("address", Addresses.format(key.address()))
            .put("hostname", key.hostname());
        node.putObject("path").put(key.path().kind().name(), key.path().value());
        if (key.method() != null) {
            node.put("method", key.method());
        }
        condition(node, "header", key.header());
        condition(node, "query", key.query());
        return node;
    }

    private static void condition(final ObjectNode node, final String name, final Condition condition) {
        if (condition != null) {
            node.putObject(name).put("name", condition.name()).put("value", condition.value());
        }
    }

    static ObjectNode backend(final BackendConfig backend) {
        final ObjectNode node = NODES.objectNode().put("cluster_id", backend.clusterId())
            .put("backend_id", backend.backendId()).put("address", backend.address().text());
        if (backend.stickyId() != null) {
            node.put("sticky_id", backend.stickyId());
        }
        node.putObject("load_balancing_parameters").put("weight", backend.weight());
        if (backend.maxConnections() != 0) {
            node.put("max_connections", backend.maxConnections());
        }
        if (backend.hostName() != null) {
            node.put("host_name", backend.hostName());
        }
        return node.put("backup", backend.backup());
    }

    private static ObjectNode listener(final InetSocketAddress address, final ListenerProtocol protocol) {
        return NODES.objectNode().put("address", Addresses.format(address)).put("proxy", protocol.text());
    }

    private static ObjectNode slot(final ObjectNode node, final int slot) {
        return slot == Order.NO_SLOT ? node : node.put("slot", slot);
    }

    private static ObjectNode explainRoute(final Order.ExplainRoute order) {
        final ObjectNode node = NODES.objectNode();
        if (order.address() != null) {
            node.put("address", Addresses.format(order.address()));
        }
        final ObjectNode headers = node.put("method", order.method()).put("host", order.host())
            .put("path", order.path()).put("query", order.query()).putObject("headers");
        order.headers().forEach(headers::put);
        return node;
    }

    private static ObjectNode listClusters(final Order.ListClusters order) {
        return NODES.objectNode().put("cluster_id", order.clusterId()).put("hostname", order.hostname())
            .put("path", order.path());
    }
}
