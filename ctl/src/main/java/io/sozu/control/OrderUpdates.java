package io.sozu.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.InvalidConfigException;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.Nearest;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.Quote;
import io.sozu.control.model.RulePosition;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * Orders that change some settings of what there is: the names of the fields are those of the order that adds
 * it, and so is what their values may be. A field replaces the one of the same name as a whole.
 */
public final class OrderUpdates {
    private static final InetSocketAddress SAMPLE = new InetSocketAddress("127.0.0.1", 80);

    private OrderUpdates() {
    }

    /** Reads an order but for the values of its fields: whether they fit shows beside those there are. */
    static Order.Update read(final OrderType type, final Fields fields) throws OrderException {
        return switch (type) {
            case UPDATE_CLUSTER -> new Order.UpdateCluster(fields.text("cluster_id"), rest(type, fields));
            case UPDATE_BACKEND -> new Order.UpdateBackend(fields.text("cluster_id"),
                fields.text("backend_id"), BackendAddress.parse("address", fields.text("address")),
                rest(type, fields));
            case UPDATE_HTTP_FRONTEND, UPDATE_HTTPS_FRONTEND -> new Order.UpdateHttpFrontend(
                OrderReader.frontendKey(fields), protocol(type), rest(type, fields));
            case UPDATE_HTTP_LISTENER, UPDATE_HTTPS_LISTENER -> listener(type, fields);
            default -> throw new IllegalArgumentException(type.name());
        };
    }

    private static Order.Update listener(final OrderType type, final Fields fields) throws OrderException {
        if (fields.node("active") != null) {
            throw fields.fault("field 'active' is set by ACTIVATE_LISTENER and DEACTIVATE_LISTENER; leave it"
                + " out");
        }
        return new Order.UpdateHttpListener(OrderReader.address(fields, "address"), protocol(type),
            rest(type, fields));
    }

    private static ListenerProtocol protocol(final OrderType type) {
        return type == OrderType.UPDATE_HTTPS_FRONTEND || type == OrderType.UPDATE_HTTPS_LISTENER
            ? ListenerProtocol.HTTPS : ListenerProtocol.HTTP;
    }

    private static ObjectNode rest(final OrderType type, final Fields fields) throws OrderException {
        final ObjectNode rest = fields.rest();
        if (rest.isEmpty()) {
            throw fields.fault("changes nothing; name what is to change");
        }
        final List<String> known = known(type);
        for (final Map.Entry<String, ?> field : rest.properties()) {
            if (!known.contains(field.getKey())) {
                throw fields.fault("unknown field " + Quote.of(field.getKey())
                    + Nearest.hint(field.getKey(), known));
            }
        }
        return rest;
    }

    /** Returns the names that the order that adds asks for: those are found by having it read one. */
    private static List<String> known(final OrderType type) throws OrderException {
        final ObjectNode sample = switch (type) {
            case UPDATE_CLUSTER -> OrderWriter.cluster(ClusterConfig.of("c"));
            case UPDATE_BACKEND -> OrderWriter.backend(BackendConfig.of("c", "b", SAMPLE));
            case UPDATE_HTTP_FRONTEND, UPDATE_HTTPS_FRONTEND -> OrderWriter.frontend(new FrontendConfig(
                new FrontendKey(SAMPLE, "*", PathRule.ANY, null), null,
                RulePosition.TREE, Map.of()));
            case UPDATE_HTTPS_LISTENER -> ListenerFields.write(ListenerConfig.https(SAMPLE));
            default -> ListenerFields.write(ListenerConfig.http(SAMPLE));
        };
        final Fields fields = new Fields(sample, type.name());
        OrderReader.reader(adding(type)).read(fields);
        return fields.known();
    }

    private static OrderType adding(final OrderType type) {
        return switch (type) {
            case UPDATE_CLUSTER -> OrderType.ADD_CLUSTER;
            case UPDATE_BACKEND -> OrderType.ADD_BACKEND;
            case UPDATE_HTTP_FRONTEND -> OrderType.REPLACE_HTTP_FRONTEND;
            case UPDATE_HTTPS_FRONTEND -> OrderType.REPLACE_HTTPS_FRONTEND;
            case UPDATE_HTTP_LISTENER -> OrderType.REPLACE_HTTP_LISTENER;
            case UPDATE_HTTPS_LISTENER -> OrderType.REPLACE_HTTPS_LISTENER;
            default -> throw new IllegalArgumentException(type.name());
        };
    }

    /** Returns what tells the thing from others, and what changes. */
    static ObjectNode write(final Order.Update order) {
        final ObjectNode node = OrderWriter.node();
        switch (order) {
            case Order.UpdateCluster o -> node.put("cluster_id", o.clusterId());
            case Order.UpdateBackend o -> node.put("cluster_id", o.clusterId())
                .put("backend_id", o.backendId()).put("address", o.address().text());
            case Order.UpdateHttpFrontend o -> node.setAll(OrderWriter.key(o.key()));
            case Order.UpdateHttpListener o -> node.put("address", Addresses.format(o.address()));
        }
        return node.setAll(order.fields());
    }

    /**
     * Returns the order that gives a cluster its new settings.
     *
     * @throws OrderException when one of them cannot be
     */
    public static Order.Change change(final Order.UpdateCluster order, final ClusterConfig present)
        throws OrderException {
        return change(order, OrderWriter.cluster(present));
    }

    /**
     * Returns the order that gives a backend its new settings.
     *
     * @throws OrderException when one of them cannot be
     */
    public static Order.Change change(final Order.UpdateBackend order, final BackendConfig present)
        throws OrderException {
        return change(order, OrderWriter.backend(present));
    }

    /**
     * Returns the order that gives a frontend its new settings.
     *
     * @throws OrderException when one of them cannot be
     */
    public static Order.Change change(final Order.UpdateHttpFrontend order, final FrontendConfig present)
        throws OrderException {
        return change(order, OrderWriter.frontend(present));
    }

    /**
     * Returns the order that gives a listener its new settings.
     *
     * @throws OrderException when one of them cannot be
     */
    public static Order.Change change(final Order.UpdateHttpListener order, final ListenerConfig present)
        throws OrderException {
        final ObjectNode settings = ListenerFields.write(present);
        settings.remove("active");
        if (order.fields().has("certificate")) {
            // What belongs to the former certificate goes with it.
            settings.remove(TlsFields.OF_CERTIFICATE);
        }
        return change(order, settings);
    }

    private static Order.Change change(final Order.Update order, final ObjectNode settings)
        throws OrderException {
        final String name = order.type().name();
        try {
            final Fields fields = new Fields(settings.setAll(order.fields()), name);
            final Order change = OrderReader.reader(adding(order.type())).read(fields);
            fields.end();
            return (Order.Change) change;
        } catch (final InvalidConfigException e) {
            throw new OrderException(name + ": " + e.getMessage());
        }
    }
}
