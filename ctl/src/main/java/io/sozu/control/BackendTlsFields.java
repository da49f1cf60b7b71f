package io.sozu.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.BackendTls;
import io.sozu.control.model.InvalidConfigException;
import io.sozu.control.model.TlsVersion;
import java.util.Arrays;

/** How the backends of a cluster are spoken to by TLS, as an object in its orders. */
final class BackendTlsFields {
    private static final String NAME = "backend_tls";

    private BackendTlsFields() {
    }

    /** Returns what is said, null for nothing. */
    static BackendTls read(final Fields fields) throws OrderException {
        final JsonNode node = fields.node(NAME);
        if (node == null) {
            return null;
        }
        final Fields inner = fields.inner(NAME, node);
        try {
            final BackendTls tls = new BackendTls(inner.flag("verify", true), inner.text("ca", null),
                inner.text("server_name", null), TlsFields.versions(inner), TlsFields.certificate(inner));
            inner.end();
            return tls;
        } catch (final InvalidConfigException e) {
            throw inner.fault(e.getMessage());
        }
    }

    static void write(final ObjectNode cluster, final BackendTls tls) {
        if (tls == null) {
            return;
        }
        final ObjectNode node = cluster.putObject(NAME).put("verify", tls.verify());
        if (tls.authorities() != null) {
            node.put("ca", tls.authorities());
        }
        if (tls.serverName() != null) {
            node.put("server_name", tls.serverName());
        }
        TlsFields.array(node, "versions", Arrays.stream(TlsVersion.values())
            .filter(tls.versions()::contains).map(Enum::name).toList());
        if (tls.certificate() != null) {
            TlsFields.material(node, tls.certificate());
        }
    }

    /** Takes the private key out of what is shown. */
    static void hideKey(final ObjectNode cluster) {
        if (cluster.get(NAME) instanceof final ObjectNode node) {
            node.remove("key");
        }
    }
}
