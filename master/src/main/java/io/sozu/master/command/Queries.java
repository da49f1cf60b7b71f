package io.sozu.master.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.OrderJson;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.master.fleet.Alarms;
import io.sozu.master.fleet.Fleet;
import io.sozu.master.fleet.WorkerProcess;
import io.sozu.master.names.Names;
import io.sozu.master.state.ConfigState;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Answers what the master knows by itself, its state; and for STATUS what the workers say of themselves.
 *
 * <p>A worker that is slow to say it does not hold up the answer: then what it said last has to do.
 */
final class Queries {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final long STATUS_NANOS = 200_000_000L;

    private final ConfigState state;
    private final Fleet fleet;
    private final Names names;
    private final Alarms alarms;
    private final BackendQuery backends;
    private final CertificateQuery certificates;
    private long count;

    Queries(final ConfigState state, final Fleet fleet, final Names names, final Alarms alarms) {
        this.state = state;
        this.fleet = fleet;
        this.names = names;
        this.alarms = alarms;
        this.backends = new BackendQuery(state, fleet, names, alarms, this::backend);
        this.certificates = new CertificateQuery(state, fleet, alarms);
    }

    void answer(final String id, final Order.Query query, final Consumer<Answer> client) {
        if (query instanceof Order.Status) {
            status(id, client);
        } else if (query instanceof final Order.ListBackends list) {
            backends.answer(id, list, client);
        } else if (query instanceof final Order.ListCertificates list && list.fromWorkers()) {
            certificates.fromWorkers(id, list, client);
        } else {
            client.accept(answer(id, query));
        }
    }

    private void status(final String id, final Consumer<Answer> client) {
        final Set<WorkerProcess> asked = new HashSet<>();
        fleet.processes().stream().filter(WorkerProcess::isServing).forEach(asked::add);
        final Consumer<Answer> once = new Consumer<>() {
            private boolean told;

            @Override
            public void accept(final Answer answer) {
                if (!told) {
                    told = true;
                    client.accept(answer);
                }
            }
        };
        for (final WorkerProcess worker : List.copyOf(asked)) {
            worker.askStatus("STATUS-" + count++ + "-worker-" + worker.slot(), () -> {
                asked.remove(worker);
                if (asked.isEmpty()) {
                    once.accept(answer(id, new Order.Status()));
                }
            });
        }
        if (asked.isEmpty()) {
            once.accept(answer(id, new Order.Status()));
        } else {
            alarms.after(STATUS_NANOS, () -> once.accept(answer(id, new Order.Status())));
        }
    }

    private Answer answer(final String id, final Order.Query query) {
        return switch (query) {
            case Order.Status o -> Answer.ok(id, "STATUS", workers(true));
            case Order.ListBackends o -> throw new IllegalStateException("the workers are asked");
            case Order.ListWorkers o -> Answer.ok(id, "WORKERS", workers(false));
            case Order.ListListeners o -> Answer.ok(id, "LISTENERS", array(state.listeners(),
                    OrderJson::toJson));
            case Order.ListFrontends o -> Answer.ok(id, "FRONTEND_LIST", frontends(o));
            case Order.ListClusters o -> Answer.ok(id, "CLUSTERS", clusters(o));
            case Order.ExplainRoute o when o.address() != null && state.listener(o.address()) == null ->
                    Answer.error(id, "there is no listener " + Addresses.format(o.address()));
            case Order.ExplainRoute o -> Answer.ok(id, "ROUTE", RouteExplainer.explain(state, o));
            case Order.ListCertificates o -> certificates.fromState(id, o);
            case Order.DumpState o -> Answer.ok(id, "STATE", array(state.orders(), OrderJson::toShow));
        };
    }

    private ArrayNode workers(final boolean withCounters) {
        return array(fleet.processes(), worker -> {
            final ObjectNode node = NODES.objectNode().put("id", worker.slot()).put("pid", worker.pid())
                    .put("run_state", worker.phase().runState());
            if (fleet.isSpare(worker)) {
                node.put("spare", true);
            }
            if (withCounters) {
                addCounters(node, worker);
            }
            return node;
        });
    }

    /** What a worker says of itself is {@code {"type":…,"data":{name: number}}}. */
    private static void addCounters(final ObjectNode node, final WorkerProcess worker) {
        final JsonNode counters = worker.counters();
        if (counters == null) {
            return;
        }
        counters.path("data").properties().forEach(each -> {
            if (!node.has(each.getKey())) {
                node.set(each.getKey(), each.getValue());
            }
        });
    }

    private ObjectNode frontends(final Order.ListFrontends order) {
        final boolean all = !order.http() && !order.https() && !order.tcp();
        final List<FrontendConfig> wanted = state.frontends().stream()
                .filter(each -> all || (isHttps(each) ? order.https() : order.http()))
                .filter(each -> order.domain() == null
                || each.key().hostname().contains(order.domain())).toList();
        final ObjectNode node = NODES.objectNode();
        put(node, wanted);
        return node;
    }

    private void put(final ObjectNode node, final List<FrontendConfig> frontends) {
        node.set("http_frontends", array(frontends.stream().filter(each -> !isHttps(each)).toList(),
                OrderJson::toJson));
        node.set("https_frontends", array(frontends.stream().filter(this::isHttps).toList(),
                OrderJson::toJson));
        node.set("tcp_frontends", NODES.arrayNode());
    }

    private boolean isHttps(final FrontendConfig frontend) {
        return state.listener(frontend.key().address()).protocol() == ListenerProtocol.HTTPS;
    }

    private ArrayNode clusters(final Order.ListClusters order) {
        return array(state.clusters().stream().filter(each -> matches(each, order)).toList(), this::cluster);
    }

    private boolean matches(final ClusterConfig cluster, final Order.ListClusters order) {
        if (order.clusterId() != null && !order.clusterId().equals(cluster.clusterId())) {
            return false;
        }
        return order.hostname() == null || state.frontends(cluster.clusterId()).stream()
                .anyMatch(each -> serves(each, order));
    }

    private static boolean serves(final FrontendConfig frontend, final Order.ListClusters order) {
        return frontend.key().hostname().equalsIgnoreCase(order.hostname())
                && (order.path() == null || order.path().startsWith(frontend.key().path().value()));
    }

    private ObjectNode cluster(final ClusterConfig cluster) {
        final ObjectNode node = NODES.objectNode();
        node.set("configuration", OrderJson.toJson(cluster));
        put(node, state.frontends(cluster.clusterId()));
        node.set("backends", array(state.backends(cluster.clusterId()), this::backend));
        return node;
    }

    /** A backend; with a name, what the name stands for now, and why it could not be looked up last. */
    private ObjectNode backend(final BackendConfig backend) {
        final ObjectNode node = OrderJson.toJson(backend);
        if (backend.address() instanceof final BackendAddress.Name name) {
            node.set("resolved", array(names.addresses(name),
                    ip -> NODES.textNode(backend.at(ip).address().text())));
            node.put("problem", names.problem(name));
        }
        return node;
    }

    private static <T> ArrayNode array(final Collection<T> items,
            final Function<? super T, ? extends JsonNode> render) {
        final ArrayNode array = NODES.arrayNode();
        items.forEach(each -> array.add(render.apply(each)));
        return array;
    }
}
