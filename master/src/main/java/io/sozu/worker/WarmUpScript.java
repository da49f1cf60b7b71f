package io.sozu.worker;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a warm-up sends through a worker: a request and its response, in native memory. Both sides of one
 * exchange recognise the end of a message by its last eight bytes, which the proxy passes on unchanged.
 */
final class WarmUpScript implements AutoCloseable {
    /** Who ends the connection after an exchange. */
    enum Ending {
        /** Nobody: it carries the next one. */
        KEPT,
        /** The proxy, as the client asked. */
        CLOSED,
        /** The client, unasked. */
        LEFT,
        /** The backend ends its own, as its response says; the client's is kept. */
        BACKEND_LEFT
    }

    /** The host that is routed, and hosts below it. */
    static final String HOST = "warm-up.invalid";
    /** What a certificate has to be for that serves all of them by TLS. */
    static final List<String> NAMES = List.of(HOST, "*." + HOST, "127.0.0.1");
    /** The path that is routed for any host. */
    static final String EVERYWHERE = "/7";
    /** The bytes by which the end of a message is recognised. */
    static final int END_BYTES = Long.BYTES;

    private static final String FIELDS = "User-Agent: Mozilla/5.0 (X11; Linux x86_64) warm-up\r\n"
            + "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\nAccept-Encoding: gzip, deflate\r\n"
            + "Cookie: session=0123456789abcdef0123456789abcdef\r\nAccept-Language: en-GB,en;q=0.5\r\n\r\n";
    private static final String CLOSE = "Connection: close\r\n";
    private static final String END = "the end.";
    private static final int SMALL_BYTES = 200;
    private static final int BODY_BYTES = 6 << 10;
    private static final int BULK_BYTES = 96 << 10;
    private static final String NOT_FOUND = "404 Not Found\n";

    private final long address;
    private final int requestBytes;
    private final int responseBytes;
    private final long requestEnd;
    private final long responseEnd;
    private final Ending ending;

    private WarmUpScript(final String request, final String response, final Ending ending) {
        final byte[] text = (request + response).getBytes(StandardCharsets.US_ASCII);
        this.requestBytes = request.length();
        this.responseBytes = response.length();
        this.address = NativeMemory.allocate(MemoryTag.SCRATCH, text.length);
        Memory.copy(text, 0, address, text.length);
        this.requestEnd = Memory.getLong(address + requestBytes - END_BYTES);
        this.responseEnd = Memory.getLong(address + text.length - END_BYTES);
        this.ending = ending;
    }

    /** Makes all scripts; the path of a request to a backend is the index of its script. */
    static WarmUpScript[] all() {
        return new WarmUpScript[] {
            new WarmUpScript("GET /0 HTTP/1.1\r\n" + host(HOST) + FIELDS, response(SMALL_BYTES), Ending.KEPT),
            new WarmUpScript("POST /1 HTTP/1.1\r\n" + host(HOST) + length(BODY_BYTES) + FIELDS
                    + body(BODY_BYTES), response(BODY_BYTES), Ending.KEPT),
            new WarmUpScript("POST /2 HTTP/1.1\r\n" + host(HOST) + "Transfer-Encoding: chunked\r\n" + FIELDS
                    + chunks(";an=extension"), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + chunks(""), Ending.KEPT),
            new WarmUpScript("GET /3 HTTP/1.1\r\n" + host(HOST) + FIELDS, response(BULK_BYTES), Ending.KEPT),
            new WarmUpScript("GET /4 HTTP/1.1\r\n" + host("other.invalid") + FIELDS, NOT_FOUND, Ending.KEPT),
            new WarmUpScript("GET /5 HTTP/1.1\r\n" + host(HOST) + CLOSE + FIELDS, response(SMALL_BYTES),
                    Ending.CLOSED),
            new WarmUpScript("GET /6 HTTP/1.1\r\n" + host("www." + HOST) + FIELDS,
                    response(CLOSE, SMALL_BYTES), Ending.BACKEND_LEFT),
            new WarmUpScript("GET " + EVERYWHERE + " HTTP/1.1\r\n" + host("127.0.0.1:8080") + "\r\n",
                    response(SMALL_BYTES), Ending.LEFT)};
    }

    private static String host(final String name) {
        return "Host: " + name + "\r\n";
    }

    private static String response(final int bytes) {
        return response("", bytes);
    }

    private static String response(final String field, final int bytes) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nServer: warm-up\r\nCache-Control: no-cache\r\n"
                + field + length(bytes) + "\r\n" + body(bytes);
    }

    private static String length(final int bytes) {
        return "Content-Length: " + bytes + "\r\n";
    }

    private static String body(final int bytes) {
        return "x".repeat(bytes - END.length()) + END;
    }

    private static String chunks(final String extension) {
        final String first = body(BODY_BYTES / 2);
        final String second = body(SMALL_BYTES);
        return Integer.toHexString(first.length()) + extension + "\r\n" + first + "\r\n"
                + Integer.toHexString(second.length()) + "\r\n" + second + "\r\n0\r\n\r\n";
    }

    /** Finds the script that a request of at least {@link #END_BYTES} bytes is of; null when of none. */
    static WarmUpScript recognise(final WarmUpScript[] scripts, final long request) {
        final int slash = Memory.getByte(request) == 'G' ? "GET ".length() : "POST ".length();
        final int index = Memory.getByte(request + slash + 1) - '0';
        return Memory.getByte(request + slash) == '/' && index >= 0 && index < scripts.length ? scripts[index]
                : null;
    }

    long requestAddress() {
        return address;
    }

    int requestBytes() {
        return requestBytes;
    }

    long requestEnd() {
        return requestEnd;
    }

    long responseAddress() {
        return address + requestBytes;
    }

    int responseBytes() {
        return responseBytes;
    }

    long responseEnd() {
        return responseEnd;
    }

    Ending ending() {
        return ending;
    }

    @Override
    public void close() {
        NativeMemory.free(MemoryTag.SCRATCH, address, requestBytes + responseBytes);
    }
}
