package io.sozu.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.ExchangeTerms;

/** The terms of exchanges as fields of a cluster or a frontend: absent is not said. */
final class TermsJson {
    private TermsJson() {
    }

    static ExchangeTerms read(final Fields fields) throws OrderException {
        return new ExchangeTerms(fields.number("front_timeout"), fields.number("back_timeout"),
            fields.number("connect_timeout"), fields.number("response_timeout"),
            fields.number("min_body_rate"), fields.count("max_body_size"));
    }

    static void write(final ObjectNode node, final ExchangeTerms terms) {
        put(node, "front_timeout", terms.frontSeconds());
        put(node, "back_timeout", terms.backSeconds());
        put(node, "connect_timeout", terms.connectSeconds());
        put(node, "response_timeout", terms.responseSeconds());
        put(node, "min_body_rate", terms.minBodyRate());
        if (terms.maxBodyBytes() != null) {
            node.put("max_body_size", terms.maxBodyBytes());
        }
    }

    private static void put(final ObjectNode node, final String name, final Integer value) {
        if (value != null) {
            node.put(name, value);
        }
    }
}
