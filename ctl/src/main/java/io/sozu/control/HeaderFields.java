package io.sozu.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.ForwardedMode;
import io.sozu.control.model.HeaderPolicy;
import io.sozu.control.model.HstsConfig;

/** What listeners and frontends do to header fields, in orders: read and written in one place. */
final class HeaderFields {
    private static final String HSTS = "hsts";

    private HeaderFields() {
    }

    static HeaderPolicy read(final Fields fields) throws OrderException {
        final HeaderPolicy absent = HeaderPolicy.DEFAULT;
        return new HeaderPolicy(fields.choice("forwarded", ForwardedMode.class, absent.forwarded()),
            fields.text("sozu_id_header", absent.sozuIdHeader()),
            fields.flag("elide_x_real_ip", absent.elideXRealIp()),
            fields.flag("send_x_real_ip", absent.sendXRealIp()), hsts(fields),
            fields.text("client_cert_prefix", absent.certificatePrefix()));
    }

    static void write(final ObjectNode node, final HeaderPolicy headers) {
        node.put("forwarded", headers.forwarded().text()).put("sozu_id_header", headers.sozuIdHeader())
            .put("elide_x_real_ip", headers.elideXRealIp()).put("send_x_real_ip", headers.sendXRealIp())
            .put("client_cert_prefix", headers.certificatePrefix());
        write(node, headers.hsts());
    }

    /** Returns what browsers are told, null where nothing is said. */
    static HstsConfig hsts(final Fields fields) throws OrderException {
        final JsonNode node = fields.node(HSTS);
        if (node == null) {
            return null;
        }
        final Fields inner = fields.inner(HSTS, node);
        final HstsConfig hsts = new HstsConfig(inner.flag("enabled", true),
            inner.number("max_age", HstsConfig.DEFAULT_MAX_AGE_SECONDS),
            inner.flag("include_subdomains", false), inner.flag("preload", false),
            inner.flag("force_replace_backend", false));
        inner.end();
        return hsts;
    }

    static void write(final ObjectNode node, final HstsConfig hsts) {
        if (hsts != null) {
            node.putObject(HSTS).put("enabled", hsts.enabled()).put("max_age", hsts.maxAgeSeconds())
                .put("include_subdomains", hsts.includeSubdomains()).put("preload", hsts.preload())
                .put("force_replace_backend", hsts.forceReplaceBackend());
        }
    }
}
