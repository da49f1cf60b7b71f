package io.sozu.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * What became of an order: any number of PROCESSING answers, then one that is OK or ERROR.
 *
 * @param id the id of the order, empty when it could not be read
 * @param message text for people, one line, may be empty
 * @param content {@code {"type":…,"data":…}}, null for none
 */
public record Answer(String id, Status status, String message, JsonNode content) {
    /** How far the order got. */
    public enum Status {
        OK,
        PROCESSING,
        ERROR
    }

    /** Returns an OK without content. */
    public static Answer ok(final String id, final String message) {
        return new Answer(id, Status.OK, message, null);
    }

    /** Returns an OK with content. */
    public static Answer ok(final String id, final String type, final JsonNode data) {
        return new Answer(id, Status.OK, "",
            JsonNodeFactory.instance.objectNode().put("type", type).set("data", data));
    }

    /** Returns a PROCESSING: another answer follows. */
    public static Answer processing(final String id, final String message) {
        return new Answer(id, Status.PROCESSING, message, null);
    }

    /** Returns an ERROR. */
    public static Answer error(final String id, final String message) {
        return new Answer(id, Status.ERROR, message, null);
    }

    /** Returns whether no other answer follows. */
    public boolean last() {
        return status != Status.PROCESSING;
    }

    /** Returns the same answer under another id. */
    public Answer withId(final String other) {
        return new Answer(other, status, message, content);
    }
}
