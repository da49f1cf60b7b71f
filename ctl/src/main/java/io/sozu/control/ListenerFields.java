package io.sozu.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.AnswerPolicy;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerLimits;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.Timeouts;

/** Listeners in orders: read and written in one place. */
final class ListenerFields {
    private ListenerFields() {
    }

    /** Reads a listener of HTTP. */
    static ListenerConfig http(final Fields fields) throws OrderException {
        fields.notServed("answer_404", "answer_503", "answers", "http_answers");
        if (fields.flag("active", false)) {
            throw fields.fault("field 'active' is set by ACTIVATE_LISTENER; leave it out");
        }
        final String publicAddress = fields.text("public_address", null);
        final Timeouts absent = Timeouts.DEFAULT;
        return new ListenerConfig(ListenerProtocol.HTTP, OrderReader.address(fields, "address"),
            publicAddress == null ? null : Addresses.parse("public_address", publicAddress),
            fields.flag("expect_proxy", false),
            fields.text("sticky_name", ListenerConfig.DEFAULT_STICKY_NAME),
            new Timeouts(fields.number("front_timeout", absent.frontSeconds()),
                fields.number("back_timeout", absent.backSeconds()),
                fields.number("connect_timeout", absent.connectSeconds()),
                fields.number("request_timeout", absent.requestSeconds()),
                fields.number("keepalive_timeout", absent.keepaliveSeconds()),
                fields.number("response_timeout", absent.responseSeconds())),
            HeaderFields.read(fields), limits(fields), AdmissionFields.listener(fields),
            new AnswerPolicy(fields.number("no_route_status", AnswerPolicy.DEFAULT.noRouteStatus())),
            false);
    }

    /** Reads a listener of HTTPS. */
    static ListenerConfig https(final Fields fields) throws OrderException {
        return http(fields).withTls(TlsFields.read(fields));
    }

    private static ListenerLimits limits(final Fields fields) throws OrderException {
        final ListenerLimits absent = ListenerLimits.DEFAULT;
        final Long maxBodyBytes = fields.count("max_body_size");
        return new ListenerLimits(maxBodyBytes == null ? absent.maxBodyBytes() : maxBodyBytes,
            fields.number("min_body_rate", absent.minBodyRate()),
            fields.number("max_keepalive_requests", absent.maxKeepaliveRequests()),
            fields.number("max_connection_age", absent.maxAgeSeconds()),
            fields.number("max_header_fields", absent.maxHeaderFields()),
            fields.number("max_header_size", absent.maxHeaderBytes()));
    }

    /** Writes all settings, those of TLS with the private key. */
    static ObjectNode write(final ListenerConfig listener) {
        final ObjectNode node = OrderWriter.node().put("address", Addresses.format(listener.address()))
            .put("public_address", listener.publicAddress() == null ? null
                : Addresses.format(listener.publicAddress()))
            .put("expect_proxy", listener.expectProxy()).put("sticky_name", listener.stickyName())
            .put("front_timeout", listener.timeouts().frontSeconds())
            .put("back_timeout", listener.timeouts().backSeconds())
            .put("connect_timeout", listener.timeouts().connectSeconds())
            .put("request_timeout", listener.timeouts().requestSeconds())
            .put("keepalive_timeout", listener.timeouts().keepaliveSeconds())
            .put("response_timeout", listener.timeouts().responseSeconds())
            .put("max_body_size", listener.limits().maxBodyBytes())
            .put("min_body_rate", listener.limits().minBodyRate())
            .put("max_keepalive_requests", listener.limits().maxKeepaliveRequests())
            .put("max_connection_age", listener.limits().maxAgeSeconds())
            .put("max_header_fields", listener.limits().maxHeaderFields())
            .put("max_header_size", listener.limits().maxHeaderBytes())
            .put("no_route_status", listener.answers().noRouteStatus());
        HeaderFields.write(node, listener.headers());
        AdmissionFields.write(node, listener.admission());
        if (listener.tls() != null) {
            TlsFields.write(node, listener.tls());
        }
        return node.put("active", listener.active());
    }
}
