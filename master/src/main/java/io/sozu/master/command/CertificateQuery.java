package io.sozu.master.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.OrderJson;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.ListenerConfig;
import io.sozu.master.fleet.Alarms;
import io.sozu.master.fleet.AnswerHandler;
import io.sozu.master.fleet.Fleet;
import io.sozu.master.fleet.WorkerProcess;
import io.sozu.master.state.ConfigState;
import io.sozu.master.state.TlsRules;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Lists certificates: those of the state, or those that each worker has; a worker that is slow is left out.
 */
final class CertificateQuery {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String NAME = "CERTIFICATES";
    private static final long PATIENCE_NANOS = 200_000_000L;

    private final ConfigState state;
    private final Fleet fleet;
    private final Alarms alarms;
    private long count;

    CertificateQuery(final ConfigState state, final Fleet fleet, final Alarms alarms) {
        this.state = state;
        this.fleet = fleet;
        this.alarms = alarms;
    }

    /** Returns what is configured, the certificates of listeners themselves among it. */
    Answer fromState(final String id, final Order.ListCertificates order) {
        final ArrayNode array = NODES.arrayNode();
        for (final ListenerConfig listener : state.listeners()) {
            final CertificateConfig own = TlsRules.own(listener);
            if (own != null) {
                add(array, order, own, true);
            }
        }
        state.certificates().forEach(each -> add(array, order, each, false));
        return Answer.ok(id, NAME, array);
    }

    private static void add(final ArrayNode array, final Order.ListCertificates order,
            final CertificateConfig certificate, final boolean isDefault) {
        if (order.matches(certificate.fingerprint(), certificate.names())) {
            array.add(OrderJson.toJson(certificate).put("default", isDefault));
        }
    }

    /** Asks the workers. */
    void fromWorkers(final String id, final Order.ListCertificates order, final Consumer<Answer> client) {
        final List<WorkerProcess> asked = fleet.processes().stream().filter(WorkerProcess::isServing)
                .toList();
        final Gathering gathering = new Gathering(id, client, asked.size());
        for (final WorkerProcess worker : asked) {
            worker.send(NAME + "-" + count++ + "-worker-" + worker.slot(), order, -1,
                    gathering.from(worker));
        }
        if (asked.isEmpty()) {
            gathering.finish();
        } else {
            alarms.after(PATIENCE_NANOS, gathering::finish);
        }
    }

    /** The answers to one order. */
    private static final class Gathering {
        private final String id;
        private final Consumer<Answer> client;
        private final List<ObjectNode> told = new ArrayList<>();
        private int awaited;
        private boolean over;

        private Gathering(final String id, final Consumer<Answer> client, final int awaited) {
            this.id = id;
            this.client = client;
            this.awaited = awaited;
        }

        private AnswerHandler from(final WorkerProcess worker) {
            return new AnswerHandler() {
                @Override
                public void onAnswer(final Answer answer) {
                    if (answer.status() == Answer.Status.OK && answer.content() != null) {
                        told.add(NODES.objectNode().put("worker", worker.slot())
                                .set("certificates", answer.content().path("data")));
                    }
                    onLost();
                }

                @Override
                public void onLost() {
                    if (--awaited == 0) {
                        finish();
                    }
                }
            };
        }

        private void finish() {
            if (!over) {
                over = true;
                final ArrayNode array = NODES.arrayNode();
                told.forEach(array::add);
                client.accept(Answer.ok(id, NAME, array));
            }
        }
    }
}
