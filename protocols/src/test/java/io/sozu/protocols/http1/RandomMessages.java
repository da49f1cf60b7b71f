package io.sozu.protocols.http1;

import java.util.Random;

/** Makes messages that are valid or nearly so, from a seed. */
final class RandomMessages {
    private static final String[] METHODS = {"GET", "POST", "HEAD", "OPTIONS", "DELETE", "BREW", "CONNECT"};
    private static final String[] TARGETS = {"/", "/a/b?c=d", "*", "http://a.test/x", "https://b?q",
        "/a/../b", "/%2e%2e/", "/a%20b", "http://[::1]:80/", "http://u@a/", "http://a",
        "/very/" + "long/".repeat(30)};
    private static final String[] VERSIONS = {"HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0"};
    private static final String[] STATUSES = {"200 OK", "204 No", "304 ", "404", "100 Continue", "101 X",
        "503 a b"};
    private static final String[] FIELDS = {"X: y", "x-long-name: " + "value ".repeat(20),
        "Content-Length: 5", "Content-Length: 0005", "content-length: 0", "Transfer-Encoding: chunked",
        "TRANSFER-encoding: Chunked", "Transfer-Encoding: gzip", "Connection: close",
        "Connection: X, keep-alive", "Connection: x-long-name", "Connection: upgrade", "Upgrade: h2c",
        "TE: trailers", "Keep-Alive: 5", "Expect: 100-continue", "Expect: other", "Cookie: a=b; c=d",
        "X-Forwarded-For: 1.2.3.4", "Host: c.test", "Empty:", "Tab:\t v \t", "Obs: caf\u00e9",
        "Proxy-Connection: keep-alive", "HTTP2-Settings: AAMAAABk", "Sozu-Id: 1",
        "Connection: Content-Length", "Trailer: X", "X_Y: z"};
    private static final String[] PIECES = {"\r\n", "\n", "\r", " ", "\t", ":", "\0", "\u00ff", ",",
        "Host: d\r\n", "/", "%", "..", "?", "#", "0", "\r\n\r\n", " HTTP/1.1", "chunked", ";", "\""};

    private final Random random;

    RandomMessages(final long seed) {
        this.random = new Random(seed);
    }

    private String pick(final String[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    String request() {
        final StringBuilder text = new StringBuilder();
        if (random.nextInt(8) == 0) {
            text.append("\r\n");
        }
        final boolean plain = random.nextInt(3) > 0;
        text.append(plain ? "GET" : pick(METHODS)).append(' ')
                .append(plain ? "/a?b" : pick(TARGETS)).append(' ')
                .append(plain ? "HTTP/1.1" : pick(VERSIONS)).append("\r\n");
        final int host = random.nextInt(4);
        fields(text, host);
        if (host > 0 && random.nextInt(10) > 0) {
            text.append("Host: a.test\r\n");
        }
        fields(text, random.nextInt(4));
        return text.append("\r\n").append(random.nextInt(3) == 0 ? "rest" : "").toString();
    }

    String response() {
        final StringBuilder text = new StringBuilder();
        text.append(random.nextInt(4) > 0 ? "HTTP/1.1" : pick(VERSIONS)).append(' ').append(pick(STATUSES))
                .append("\r\n");
        fields(text, random.nextInt(5));
        return text.append("\r\n").append(random.nextInt(3) == 0 ? "rest" : "").toString();
    }

    String chunks() {
        final StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            final int size = 1 + random.nextInt(20);
            text.append(random.nextInt(4) == 0 ? "00" : "").append(Integer.toHexString(size))
                    .append(random.nextInt(4) == 0 ? " ;a=\"b;\\\"\";c" : "").append("\r\n")
                    .append("data\r\n0123456789abcdefghij", 0, size).append("\r\n");
        }
        text.append("0").append(random.nextInt(4) == 0 ? ";last" : "").append("\r\n");
        fields(text, random.nextInt(3));
        return text.append("\r\n").append(random.nextInt(3) == 0 ? "rest" : "").toString();
    }

    private void fields(final StringBuilder text, final int count) {
        for (int i = 0; i < count; i++) {
            text.append(pick(FIELDS)).append("\r\n");
        }
    }

    /** Changes a message at up to three places, or not at all. */
    String mutated(final String message) {
        final StringBuilder text = new StringBuilder(message);
        for (int i = random.nextInt(4); i > 0 && !text.isEmpty(); i--) {
            final int at = random.nextInt(text.length());
            switch (random.nextInt(5)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, pick(PIECES));
                case 3 -> text.delete(at, Math.min(text.length(), at + random.nextInt(10)));
                default -> text.insert(at, text.substring(at, Math.min(text.length(), at + 20)));
            }
        }
        return text.toString();
    }
}
