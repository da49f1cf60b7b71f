package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/** What a backend saw of one request. Written by the connection's thread, read by the test. */
final class Seen {
    private final int connection;
    private final Head head;
    private volatile byte[] body = new byte[0];
    private volatile List<Field> trailers = List.of();
    private volatile boolean complete;

    Seen(final int connection, final Head head) {
        this.connection = connection;
        this.head = head;
    }

    /** Number of the backend connection it came on, from 1. */
    int connection() {
        return connection;
    }

    Head head() {
        return head;
    }

    byte[] body() {
        return body;
    }

    List<Field> trailers() {
        return trailers;
    }

    /** True once the whole request was read. */
    boolean complete() {
        return complete;
    }

    void completed(final byte[] newBody, final List<Field> newTrailers) {
        body = newBody;
        trailers = newTrailers;
        complete = true;
    }

    /** Head, body and trailers as one text to search. */
    String everything() {
        final StringBuilder text = new StringBuilder(head.raw());
        text.append(new String(body, ISO_8859_1));
        trailers.forEach(field -> text.append("\r\n").append(field));
        return text.toString();
    }

    @Override
    public String toString() {
        return "#" + connection + (complete ? " " : " (incomplete) ") + head.raw();
    }
}
