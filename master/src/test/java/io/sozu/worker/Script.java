package io.sozu.worker;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * One request of a simulated client and the response it must get, both derived from a number: method, forms
 * and sizes of the bodies, and what the bodies are. The target tells the backend all of it.
 */
record Script(int number, boolean post, boolean requestChunked, int requestBytes, char responseForm,
        int responseBytes) {
    static Script random(final int number, final SplittableRandom random, final int largestBytes) {
        final boolean post = random.nextBoolean();
        final char form = "lcu".charAt(random.nextInt(10) == 0 ? 2 : random.nextInt(2));
        return new Script(number, post, random.nextBoolean(), post ? size(random, largestBytes) : 0, form,
                size(random, largestBytes));
    }

    private static int size(final SplittableRandom random, final int largestBytes) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextInt(100);
            case 2 -> random.nextInt(20_000);
            default -> random.nextInt(largestBytes);
        };
    }

    /** Returns the same without a body of the request, by a method that may be repeated. */
    Script idempotent() {
        return new Script(number, false, requestChunked, 0, responseForm, responseBytes);
    }

    /** Reads the script back from the target of a request line. */
    static Script parse(final String line) {
        final String[] parts = line.split(" ")[1].split("/");
        return new Script(Integer.parseInt(parts[1]), line.startsWith("POST"), parts[2].equals("c"),
                Integer.parseInt(parts[3]), parts[4].charAt(0), Integer.parseInt(parts[5]));
    }

    String target() {
        return "/" + number + "/" + (requestChunked ? "c" : "l") + "/" + requestBytes + "/" + responseForm
                + "/"
                + responseBytes;
    }

    byte[] requestBody() {
        return fill(number * 31 + 7, requestBytes);
    }

    byte[] responseBody() {
        return fill(number * 17 + 3, responseBytes);
    }

    private static byte[] fill(final int seed, final int count) {
        final byte[] bytes = new byte[count];
        int state = seed | 1;
        for (int i = 0; i < count; i++) {
            state = state * 1_103_515_245 + 12_345;
            bytes[i] = (byte) (state >>> 16);
        }
        return bytes;
    }

    byte[] request() {
        final String head = (post ? "POST " : "GET ") + target() + " HTTP/1.1\r\nHost: sim.test\r\n";
        if (!post) {
            return (head + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        }
        return message(head, requestChunked, requestBody());
    }

    byte[] response() {
        return response("");
    }

    /** Returns the same response, which says that it is the last of its connection. */
    byte[] lastResponse() {
        return response("Connection: close\r\n");
    }

    private byte[] response(final String field) {
        final String head = "HTTP/1.1 200 OK\r\nX-Number: " + number + "\r\n" + field;
        return responseForm == 'u'
                ? MessageReader.concat((head + "\r\n").getBytes(StandardCharsets.ISO_8859_1), responseBody())
                : message(head, responseForm == 'c', responseBody());
    }

    private byte[] message(final String head, final boolean chunked, final byte[] body) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!chunked) {
            out.writeBytes((head + "Content-Length: " + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.writeBytes(body);
            return out.toByteArray();
        }
        out.writeBytes((head + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        final SplittableRandom random = new SplittableRandom(number);
        for (int at = 0; at < body.length;) {
            final int part = Math.min(body.length - at, 1 + random.nextInt(random.nextBoolean() ? 20 : 9000));
            final String extension = random.nextInt(5) == 0 ? ";a=b" : "";
            out.writeBytes((Integer.toHexString(part) + extension + "\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.write(body, at, part);
            out.writeBytes("\r\n".getBytes(StandardCharsets.ISO_8859_1));
            at += part;
        }
        out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        return out.toByteArray();
    }
}
