package io.sozu.worker;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/** A plain reader of HTTP/1.1 messages for simulated clients and backends: strict, slow and obvious. */
final class MessageReader {
    /** One message; the body is plain. */
    record Message(String head, byte[] body, boolean ended) {
        String line() {
            return head.substring(0, head.indexOf('\r'));
        }

        /** Returns the value of a field, or null. */
        String field(final String name) {
            for (final String line : head.split("\r\n")) {
                if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
                    return line.substring(name.length() + 1).trim();
                }
            }
            return null;
        }
    }

    private final boolean responses;
    private final Consumer<Message> receiver;
    private byte[] bytes = new byte[0];

    MessageReader(final boolean responses, final Consumer<Message> receiver) {
        this.responses = responses;
        this.receiver = receiver;
    }

    /** Takes bytes as they come; hands over each message that is complete. */
    void take(final byte[] more) {
        bytes = concat(bytes, more);
        while (one(false)) {
            continue;
        }
    }

    /** The sender has ended; what is left may be a body that ends with the connection. */
    void end() {
        while (one(false)) {
            continue;
        }
        if (bytes.length > 0) {
            one(true);
        }
    }

    /** Returns how much is received and no whole message. */
    int restBytes() {
        return bytes.length;
    }

    private boolean one(final boolean ended) {
        final int headEnd = indexOf("\r\n\r\n", 0);
        if (headEnd < 0) {
            return false;
        }
        final String head = new String(bytes, 0, headEnd + 4, StandardCharsets.ISO_8859_1);
        final Message probe = new Message(head, new byte[0], true);
        final String length = probe.field("Content-Length");
        final String coding = probe.field("Transfer-Encoding");
        if (length != null && coding != null) {
            throw new AssertionError("length and coding: " + head);
        }
        if (coding != null) {
            return chunked(head, headEnd + 4);
        }
        if (length != null || !responses || head.startsWith("HTTP/1.1 1")) {
            return counted(head, headEnd + 4, length == null ? 0 : bounded(Long.parseLong(length)));
        }
        if (ended) {
            receiver.accept(new Message(head, Arrays.copyOfRange(bytes, headEnd + 4, bytes.length), true));
            bytes = new byte[0];
        }
        return ended;
    }

    private boolean counted(final String head, final int from, final int length) {
        if (bytes.length < from + length) {
            return false;
        }
        finish(head, Arrays.copyOfRange(bytes, from, from + length), from + length);
        return true;
    }

    /** No test has as much: a body of such a length never becomes complete. */
    private static int bounded(final long lengthBytes) {
        return (int) Math.min(lengthBytes, Integer.MAX_VALUE / 2);
    }

    private boolean chunked(final String head, final int from) {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        int at = from;
        while (true) {
            final int lineEnd = indexOf("\r\n", at);
            if (lineEnd < 0) {
                return false;
            }
            final int size = bounded(Long.parseLong(
                    new String(bytes, at, lineEnd - at, StandardCharsets.ISO_8859_1), 16));
            at = lineEnd + 2;
            if (size == 0) {
                final int end = indexOf("\r\n", at) == at ? at + 2 : indexOf("\r\n\r\n", at) + 4;
                if (end < at || bytes.length < end || indexOf("\r\n", at) < 0) {
                    return false;
                }
                finish(head, body.toByteArray(), end);
                return true;
            }
            if (bytes.length < at + size + 2) {
                return false;
            }
            body.write(bytes, at, size);
            at += size + 2;
        }
    }

    private void finish(final String head, final byte[] body, final int end) {
        bytes = Arrays.copyOfRange(bytes, end, bytes.length);
        receiver.accept(new Message(head, body, false));
    }

    private int indexOf(final String text, final int from) {
        for (int at = from; at + text.length() <= bytes.length; at++) {
            int matched = 0;
            while (matched < text.length() && bytes[at + matched] == text.charAt(matched)) {
                matched++;
            }
            if (matched == text.length()) {
                return at;
            }
        }
        return -1;
    }

    static byte[] concat(final byte[] first, final byte[] second) {
        final byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
