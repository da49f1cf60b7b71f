package io.sozu.master.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.control.Order;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.ListenerConfig;
import io.sozu.master.state.ConfigState;
import io.sozu.master.state.RouteRules;
import io.sozu.sessions.ExchangeTerms;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.balance.Balancers;
import io.sozu.sessions.routing.HeadFields;
import io.sozu.sessions.routing.RouteExplanation;
import io.sozu.sessions.routing.RouteKey;
import io.sozu.sessions.routing.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Answers where a request would go by asking a router made of the state, the same as workers have. */
final class RouteExplainer {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RouteExplainer() {
    }

    /** Returns for each listener asked the frontends that match. */
    static ArrayNode explain(final ConfigState state, final Order.ExplainRoute order) {
        final ArrayNode answer = NODES.arrayNode();
        for (final ListenerConfig listener : state.listeners()) {
            if (order.address() == null || order.address().equals(listener.address())) {
                final ObjectNode node = answer.addObject().put("address",
                        Addresses.format(listener.address()));
                final ArrayNode frontends = frontends(state, listener, order);
                node.put("status", frontends.isEmpty() ? listener.answers().noRouteStatus() : 0)
                        .set("frontends", frontends);
            }
        }
        return answer;
    }

    private static ArrayNode frontends(final ConfigState state, final ListenerConfig listener,
            final Order.ExplainRoute order) {
        final ArrayNode array = NODES.arrayNode();
        try (Clusters clusters = new Clusters(Balancers::of, 0); Asked asked = new Asked(order)) {
            final Router router = new Router(clusters);
            for (final FrontendConfig frontend : state.frontends()) {
                if (frontend.key().address().equals(listener.address())) {
                    router.add(RouteRules.key(0, frontend.key()), RouteRules.position(frontend.position()),
                            frontend.clusterId(), ExchangeTerms.NONE);
                }
            }
            for (final RouteExplanation each : router.explain(asked.key())) {
                final ObjectNode node = array.addObject().put("wins", each.wins())
                        .put("frontend", each.route().frontend().text()).put("why", each.why());
                if (!each.route().isDeny()) {
                    node.put("cluster_id", each.route().clusterId());
                }
            }
            router.removeListener(0);
        }
        return array;
    }

    /** The request as bytes, which are its own. */
    private static final class Asked implements HeadFields, AutoCloseable {
        private final List<byte[]> parts = new ArrayList<>();
        private final int[] offsets;
        private final int sizeBytes;
        private final long address;

        Asked(final Order.ExplainRoute order) {
            for (final String part : List.of(order.host(), order.path(), order.method(), order.query())) {
                parts.add(part.getBytes(UTF_8));
            }
            for (final Map.Entry<String, String> field : order.headers().entrySet()) {
                parts.add(field.getKey().getBytes(UTF_8));
                parts.add(field.getValue().getBytes(UTF_8));
            }
            offsets = new int[parts.size() + 1];
            for (int i = 0; i < parts.size(); i++) {
                offsets[i + 1] = offsets[i] + parts.get(i).length;
            }
            sizeBytes = Math.max(1, offsets[parts.size()]);
            address = NativeMemory.allocate(MemoryTag.SCRATCH, sizeBytes);
            for (int i = 0; i < parts.size(); i++) {
                Memory.copy(parts.get(i), 0, at(i), parts.get(i).length);
            }
        }

        RouteKey key() {
            return new RouteKey().host(at(0), bytes(0)).path(at(1), bytes(1)).method(at(2), bytes(2))
                    .query(at(3), bytes(3)).fields(this);
        }

        private long at(final int part) {
            return address + offsets[part];
        }

        private int bytes(final int part) {
            return parts.get(part).length;
        }

        @Override
        public int fieldCount() {
            return (parts.size() - 4) / 2;
        }

        @Override
        public long nameAddress(final int field) {
            return at(4 + 2 * field);
        }

        @Override
        public int nameBytes(final int field) {
            return bytes(4 + 2 * field);
        }

        @Override
        public long valueAddress(final int field) {
            return at(5 + 2 * field);
        }

        @Override
        public int valueBytes(final int field) {
            return bytes(5 + 2 * field);
        }

        @Override
        public void close() {
            NativeMemory.free(MemoryTag.SCRATCH, address, sizeBytes);
        }
    }
}
