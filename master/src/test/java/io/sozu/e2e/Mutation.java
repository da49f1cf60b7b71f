package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes cousins of known inputs: a few random edits of the kinds that have fooled parsers. Decided by its
 * seed.
 */
final class Mutation {
    private static final int MAX_EDITS = 3;
    private static final List<String> SNIPPETS = List.of("\r", "\n", "\r\n", "\r\n\r\n", " ", "\t", "\0", ":",
            ",",
            ";", "0", "5", "\r\n ", "\u000b", "\u0080", "\u00ff", "Content-Length: 3\r\n",
            "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: x\r\n", "Connection: close\r\n",
            "Host: b.test\r\n",
            "0\r\n\r\n", "HTTP/1.1", "HTTP/1.0", "Expect: 100-continue\r\n",
            "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n");

    private final Random random;

    Mutation(final long seed) {
        random = new Random(seed);
    }

    byte[] of(final byte[] original) {
        byte[] bytes = original;
        final int edits = 1 + random.nextInt(MAX_EDITS);
        for (int i = 0; i < edits; i++) {
            bytes = edit(bytes);
        }
        return bytes;
    }

    private byte[] edit(final byte[] bytes) {
        final int at = random.nextInt(bytes.length);
        final int end = Math.min(bytes.length, at + 1 + random.nextInt(12));
        final byte[] snippet = SNIPPETS.get(random.nextInt(SNIPPETS.size())).getBytes(ISO_8859_1);
        final int lineStart = lineStart(bytes, at);
        return switch (random.nextInt(6)) {
            case 0 -> join(bytes, at, snippet, at);
            case 1 -> join(bytes, at, snippet, Math.min(bytes.length, at + snippet.length));
            case 2 -> join(bytes, at, new byte[0], bytes.length > 20 ? end : at);
            case 3 -> join(bytes, at, new byte[] {(byte) random.nextInt(256)}, at + 1);
            case 4 -> join(bytes, end, slice(bytes, at, end), end);
            default -> join(bytes, lineStart, snippet, lineStart);
        };
    }

    private static int lineStart(final byte[] bytes, final int at) {
        int start = at;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    private static byte[] slice(final byte[] bytes, final int from, final int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** What stands before {@code end}, then {@code middle}, then what stands from {@code resume}. */
    private static byte[] join(final byte[] bytes, final int end, final byte[] middle, final int resume) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, end);
        out.writeBytes(middle);
        out.write(bytes, resume, bytes.length - resume);
        return out.toByteArray();
    }
}
