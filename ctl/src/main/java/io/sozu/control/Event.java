package io.sozu.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Something that has happened, told to whoever asked for it with {@link Order.SubscribeEvents}.
 *
 * @param worker the slot of the worker that saw it, null for the master
 * @param clusterId the cluster it happened to, or null
 * @param backendId the backend it happened to, or null
 * @param address that of the backend or listener, or null
 * @param detail for people, or null
 */
public record Event(EventKind kind, Integer worker, String clusterId, String backendId, String address,
                    String detail) {
    /** The id of the answers by which workers tell events; they answer no order. */
    public static final String ID = "EVENT";
    private static final String TYPE = "EVENT";
    private static final int MAX_DETAIL_CHARS = 512;

    /** Cuts a detail that is too long. */
    public Event {
        if (detail != null && detail.length() > MAX_DETAIL_CHARS) {
            detail = detail.substring(0, MAX_DETAIL_CHARS - 3) + "...";
        }
    }

    /** Returns an event of the master itself. */
    public static Event of(final EventKind kind, final String detail) {
        return new Event(kind, null, null, null, null, detail);
    }

    /** Returns an event of a worker process. */
    public static Event worker(final EventKind kind, final int slot, final String detail) {
        return new Event(kind, slot, null, null, null, detail);
    }

    /** Returns the same event as seen by a worker. */
    public Event seenBy(final int slot) {
        return new Event(kind, slot, clusterId, backendId, address, detail);
    }

    /**
     * Returns it as an answer that is not the last one.
     *
     * @param time when it was told, null to say nothing of it
     */
    public Answer answer(final String id, final String time) {
        final ObjectNode data = JsonNodeFactory.instance.objectNode().put("kind", kind.name());
        if (time != null) {
            data.put("time", time);
        }
        if (worker != null) {
            data.put("worker_id", worker);
        }
        put(data, "cluster_id", clusterId);
        put(data, "backend_id", backendId);
        put(data, "address", address);
        put(data, "detail", detail);
        return new Answer(id, Answer.Status.PROCESSING, toString(),
            JsonNodeFactory.instance.objectNode().put("type", TYPE).set("data", data));
    }

    private static void put(final ObjectNode node, final String name, final String value) {
        if (value != null) {
            node.put(name, value);
        }
    }

    /**
     * Reads an event out of an answer.
     *
     * @throws OrderException when it carries none
     */
    public static Event read(final Answer answer) throws OrderException {
        final JsonNode content = answer.content();
        if (content == null || !TYPE.equals(content.path("type").textValue())) {
            throw new OrderException(TYPE + ": the answer carries no event");
        }
        final Fields fields = new Fields(content.get("data"), TYPE);
        fields.required("kind");
        fields.text("time", null);
        final int worker = fields.number("worker_id", -1);
        final Event event = new Event(fields.choice("kind", EventKind.class, null),
            worker < 0 ? null : worker, fields.text("cluster_id", null), fields.text("backend_id", null),
            fields.text("address", null), fields.text("detail", null));
        fields.end();
        return event;
    }

    /** Returns it in one line. */
    @Override
    public String toString() {
        return kind + (worker == null ? "" : " worker " + worker)
            + (clusterId == null ? "" : " cluster " + clusterId)
            + (backendId == null ? "" : " backend " + backendId) + (address == null ? "" : " at " + address)
            + (detail == null ? "" : ": " + detail);
    }
}
