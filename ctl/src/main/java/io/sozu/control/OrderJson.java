package io.sozu.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.ListenerConfig;
import java.util.OptionalInt;

/**
 * The JSON form of everything that travels between client, master and worker. Reading is strict: unknown
 * fields, wrong types and double keys are refused by name. The texts have no terminator; {@link Frame} adds
 * and removes it.
 */
public final class OrderJson {
    private static final int MAX_ID_CHARS = 256;

    private OrderJson() {
    }

    /**
     * Reads what a client sent.
     *
     * @throws OrderException when it is no order that is served; carries the id when it could be read
     */
    public static Envelope readEnvelope(final String text) throws OrderException {
        try {
            final Fields fields = new Fields(JsonText.read(text), "message");
            final String id = id(fields);
            checkVersion(fields, true);
            final int workerId = fields.number("worker_id", -1);
            if (workerId < 0 && fields.node("worker_id") != null) {
                throw fields.fault("field 'worker_id' is " + workerId + "; it must not be negative");
            }
            final String type = fields.text("type");
            final JsonNode data = fields.node("data");
            fields.end();
            return new Envelope(id, workerId < 0 ? OptionalInt.empty() : OptionalInt.of(workerId),
                order(type, data));
        } catch (final OrderException e) {
            throw identified(e, text);
        }
    }

    /**
     * Reads what the master sent to a worker.
     *
     * @throws OrderException when it is no order that is served; carries the id when it could be read
     */
    public static WorkerMessage readWorkerMessage(final String text) throws OrderException {
        try {
            final Fields fields = new Fields(JsonText.read(text), "message");
            final String id = id(fields);
            final JsonNode order = fields.required("order");
            fields.end();
            return new WorkerMessage(id, readOrder(order));
        } catch (final OrderException e) {
            throw identified(e, text);
        }
    }

    /**
     * Reads an answer, of the master or of a worker.
     *
     * @throws OrderException when it is none
     */
    public static Answer readAnswer(final String text) throws OrderException {
        try {
            final Fields fields = new Fields(JsonText.read(text), "answer");
            final String id = fields.text("id");
            checkVersion(fields, false);
            fields.required("status");
            final Answer answer = new Answer(id, fields.choice("status", Answer.Status.class, null),
                fields.text("message", ""), fields.node("content"));
            fields.end();
            return answer;
        } catch (final OrderException e) {
            throw identified(e, text);
        }
    }

    /**
     * Reads a bare order, {@code {"type":…,"data":…}}.
     *
     * @throws OrderException when it is no order that is served
     */
    public static Order readOrder(final JsonNode node) throws OrderException {
        final Fields fields = new Fields(node, "order");
        final OrderType type = OrderReader.type(fields.text("type"));
        final JsonNode data = fields.node("data");
        fields.end();
        return OrderReader.order(type, data);
    }

    /** Writes what a client sends; orders that workers obey are wrapped in {@code PROXY}. */
    public static String write(final Envelope envelope) {
        final ObjectNode node = node().put("id", envelope.id()).put("version", Envelope.VERSION);
        envelope.workerId().ifPresent(workerId -> node.put("worker_id", workerId));
        final ObjectNode order = OrderWriter.order(envelope.order());
        if (envelope.order().type().place() == OrderType.Place.PROXY) {
            node.put("type", OrderType.PROXY).set("data", order);
        } else {
            node.setAll(order);
        }
        return JsonText.write(node);
    }

    /** Writes what the master sends to a worker. */
    public static String write(final WorkerMessage message) {
        final ObjectNode node = node().put("id", message.id());
        node.set("order", OrderWriter.order(message.order()));
        return JsonText.write(node);
    }

    /** Writes an answer, of the master or of a worker. */
    public static String write(final Answer answer) {
        final ObjectNode node = node().put("id", answer.id()).put("version", Envelope.VERSION)
            .put("status", answer.status().name()).put("message", answer.message());
        node.set("content", answer.content());
        return JsonText.write(node);
    }

    /** Returns the tree of a bare order, {@code {"type":…,"data":…}}. */
    public static ObjectNode toJson(final Order order) {
        return OrderWriter.order(order);
    }

    /** Returns the tree of an order as it is shown: in place of a private key stands which one it is. */
    public static ObjectNode toShow(final Order order) {
        final ObjectNode node = OrderWriter.order(order);
        HiddenKeys.hide(node);
        return node;
    }

    /** Returns the tree of a listener, without its private key. */
    public static ObjectNode toJson(final ListenerConfig listener) {
        final ObjectNode node = node().put("protocol", listener.protocol().text())
            .setAll(ListenerFields.write(listener));
        node.remove("key");
        return node;
    }

    /** Returns what a certificate says of itself, without its private key. */
    public static ObjectNode toJson(final CertificateConfig certificate) {
        return CertificateFields.describe(certificate);
    }

    /** Returns the tree of a frontend. */
    public static ObjectNode toJson(final FrontendConfig frontend) {
        return OrderWriter.frontend(frontend);
    }

    /** Returns the tree of a cluster, without its private key. */
    public static ObjectNode toJson(final ClusterConfig cluster) {
        final ObjectNode node = OrderWriter.cluster(cluster);
        BackendTlsFields.hideKey(node);
        return node;
    }

    /** Returns the tree of a backend. */
    public static ObjectNode toJson(final BackendConfig backend) {
        return OrderWriter.backend(backend);
    }

    private static Order order(final String name, final JsonNode data) throws OrderException {
        if (name.equals(OrderType.PROXY)) {
            final Fields inner = new Fields(data, OrderType.PROXY);
            if (inner.text("type").equals(OrderType.PROXY)) {
                throw inner.fault("stands inside PROXY; take one of them away");
            }
            final OrderType type = OrderReader.type(inner.text("type"));
            refuseOwn(type);
            if (type.place() == OrderType.Place.TOP) {
                throw inner.fault(type + " stands by itself; take it out of PROXY");
            }
            return readOrder(data);
        }
        final OrderType type = OrderReader.type(name);
        refuseOwn(type);
        if (type.place() == OrderType.Place.PROXY) {
            throw new OrderException(name + " belongs inside PROXY: {\"type\":\"PROXY\",\"data\":{\"type\":\""
                + name + "\",...}}");
        }
        return OrderReader.order(type, data);
    }

    private static void refuseOwn(final OrderType type) throws OrderException {
        if (type.place() == OrderType.Place.WORKER) {
            throw new OrderException(type + " is given by the master alone");
        }
    }

    private static String id(final Fields fields) throws OrderException {
        final String id = fields.text("id");
        if (id.isEmpty() || id.length() > MAX_ID_CHARS) {
            throw fields.fault("field 'id' must have 1 to " + MAX_ID_CHARS + " characters");
        }
        return id;
    }

    private static void checkVersion(final Fields fields, final boolean required) throws OrderException {
        if (required) {
            fields.required("version");
        }
        final int version = fields.number("version", Envelope.VERSION);
        if (version != Envelope.VERSION) {
            throw fields.fault("field 'version' is " + version + "; version " + Envelope.VERSION
                + " is spoken here");
        }
    }

    /** Adds the id that a broken message may still show, so that its sender knows which one was refused. */
    private static OrderException identified(final OrderException fault, final String text) {
        final String id = JsonText.peek(text, "id");
        return id == null || id.length() > MAX_ID_CHARS ? fault : new OrderException(id, fault.getMessage());
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
