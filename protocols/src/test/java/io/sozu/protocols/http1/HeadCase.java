package io.sozu.protocols.http1;

import java.nio.charset.StandardCharsets;

/** One message and what a parser must say of it: {@code ok}, {@code more}, or the name of a fault. */
record HeadCase(String id, String message, String verdict) {
    static final String OK = "ok";
    static final String MORE = "more";

    byte[] bytes() {
        return message.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return id;
    }
}
