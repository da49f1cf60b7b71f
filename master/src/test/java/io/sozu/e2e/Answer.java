package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/** A complete final response, with the interim heads that came before it. */
record Answer(Head head, byte[] body, List<Field> trailers, List<Head> interims) {

    int status() {
        return head.status();
    }

    String text() {
        return new String(body, ISO_8859_1);
    }

    /** True when a scripted backend made this answer, false when the proxy did. */
    boolean fromBackend() {
        return head.has(ScriptedBackend.MARK);
    }

    @Override
    public String toString() {
        final String text = text();
        return head.raw() + (text.length() > 200 ? text.substring(0, 200) + "…" : text);
    }
}
