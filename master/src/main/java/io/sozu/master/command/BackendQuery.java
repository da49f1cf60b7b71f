package io.sozu.master.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.master.fleet.Alarms;
import io.sozu.master.fleet.AnswerHandler;
import io.sozu.master.fleet.Fleet;
import io.sozu.master.fleet.WorkerProcess;
import io.sozu.master.names.Names;
import io.sozu.master.state.ConfigState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Asks the workers of backends and adds up what they say: numbers of connections and requests, and how many
 * workers hold a backend for ejected, down, starting slowly, or draining. A worker that does not answer in
 * time is left out.
 */
final class BackendQuery {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final long PATIENCE_NANOS = 200_000_000L;
    private static final List<String> SUMS = List.of("connections", "active_requests", "draining", "ejected",
            "down", "starting");

    private final ConfigState state;
    private final Fleet fleet;
    private final Names names;
    private final Alarms alarms;
    private final Function<BackendConfig, ObjectNode> render;
    private long count;

    BackendQuery(final ConfigState state, final Fleet fleet, final Names names, final Alarms alarms,
            final Function<BackendConfig, ObjectNode> render) {
        this.state = state;
        this.fleet = fleet;
        this.names = names;
        this.alarms = alarms;
        this.render = render;
    }

    void answer(final String id, final Order.ListBackends order, final Consumer<Answer> client) {
        final List<WorkerProcess> asked = fleet.processes().stream().filter(WorkerProcess::isServing)
                .toList();
        final Gathering gathering = new Gathering(id, order, client, asked.size());
        asked.forEach(worker -> worker.send("BACKENDS-" + count++ + "-worker-" + worker.slot(), order, -1,
                gathering));
        if (asked.isEmpty()) {
            gathering.finish();
        } else {
            alarms.after(PATIENCE_NANOS, gathering::finish);
        }
    }

    /** What tells a backend of a worker from others. */
    private record Key(String clusterId, String backendId, String address) {
    }

    /** The answers to one order. */
    private final class Gathering implements AnswerHandler {
        private final String id;
        private final Order.ListBackends order;
        private final Consumer<Answer> client;
        private final Map<Key, ObjectNode> sums = new LinkedHashMap<>();
        private int awaited;
        private int heard;
        private boolean over;

        private Gathering(final String id, final Order.ListBackends order, final Consumer<Answer> client,
                final int awaited) {
            this.id = id;
            this.order = order;
            this.client = client;
            this.awaited = awaited;
        }

        @Override
        public void onAnswer(final Answer answer) {
            if (!over && answer.status() == Answer.Status.OK && answer.content() != null) {
                heard++;
                answer.content().path("data").forEach(this::take);
            }
            onLost();
        }

        @Override
        public void onLost() {
            if (--awaited == 0) {
                finish();
            }
        }

        private void take(final JsonNode told) {
            final Key key = new Key(told.path("cluster_id").asText(), told.path("backend_id").asText(),
                    told.path("address").asText());
            add(sums.computeIfAbsent(key, each -> NODES.objectNode()), told);
        }

        private void finish() {
            if (!over) {
                over = true;
                client.accept(Answer.ok(id, "BACKENDS", clusters()));
            }
        }

        private ArrayNode clusters() {
            final ArrayNode clusters = NODES.arrayNode();
            for (final ClusterConfig cluster : state.clusters()) {
                if (order.clusterId() == null || order.clusterId().equals(cluster.clusterId())) {
                    final ArrayNode backends = NODES.arrayNode();
                    state.backends(cluster.clusterId()).forEach(each -> backends.add(backend(each)));
                    clusters.add(NODES.objectNode().put("cluster_id", cluster.clusterId())
                            .set("backends", backends));
                }
            }
            sums.forEach((key, told) -> clusters.add(gone(key, told)));
            return clusters;
        }

        private ObjectNode backend(final BackendConfig backend) {
            final ObjectNode node = render.apply(backend).put("workers", heard);
            if (backend.address() instanceof final BackendAddress.Name name) {
                names.addresses(name).forEach(ip -> addTo(node, backend.at(ip)));
            } else {
                addTo(node, backend);
            }
            return node;
        }

        private void addTo(final ObjectNode node, final BackendConfig backend) {
            final ObjectNode told = sums.remove(new Key(backend.clusterId(), backend.backendId(),
                    backend.address().text()));
            add(node, told == null ? NODES.objectNode() : told);
        }

        /** A backend that was removed, and still ends what it serves. */
        private ObjectNode gone(final Key key, final ObjectNode told) {
            final ObjectNode node = NODES.objectNode().put("cluster_id", key.clusterId)
                    .put("backend_id", key.backendId).put("address", key.address).put("workers", heard);
            add(node, told);
            return NODES.objectNode().put("cluster_id", key.clusterId)
                    .set("backends", NODES.arrayNode().add(node));
        }
    }

    private static void add(final ObjectNode sum, final JsonNode told) {
        SUMS.forEach(name -> sum.put(name, sum.path(name).asLong() + told.path(name).asLong()));
    }
}
