package io.sozu.protocols.http;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The answers the proxy gives by itself, rendered once: for each {@link Status} one that keeps the connection
 * and one that closes it. A HEAD request gets the head alone.
 *
 * <p>They are read-only; who adds fields copies an answer into a buffer with room before it. Owns its memory.
 */
public final class Answers implements AutoCloseable {
    private static final Status[] STATUSES = Status.values();
    private static final int CODES = 600;

    private final int[] indexes = new int[CODES];
    private final int[] offsets = new int[STATUSES.length * 2];
    private final int[] headBytes = new int[STATUSES.length * 2];
    private final int[] bytes = new int[STATUSES.length * 2];
    private final long address;
    private final int sizeBytes;
    private boolean closed;

    /** Renders all answers. */
    public Answers() {
        final StringBuilder all = new StringBuilder(16 * 1024);
        Arrays.fill(indexes, Status.INTERNAL_ERROR.ordinal());
        for (final Status status : STATUSES) {
            indexes[status.code()] = status.ordinal();
            render(all, status, false);
            render(all, status, true);
        }
        final byte[] text = all.toString().getBytes(StandardCharsets.US_ASCII);
        this.sizeBytes = text.length;
        this.address = NativeMemory.allocate(MemoryTag.CONFIGURATION, sizeBytes);
        Memory.copy(text, 0, address, sizeBytes);
    }

    private void render(final StringBuilder all, final Status status, final boolean close) {
        final int index = status.ordinal() * 2 + (close ? 1 : 0);
        final String body = status.code() + " " + status.reason() + "\n";
        offsets[index] = all.length();
        all.append("HTTP/1.1 ").append(status.code()).append(' ').append(status.reason()).append("\r\n")
                .append("Content-Type: text/plain; charset=utf-8\r\n")
                .append("Content-Length: ").append(body.length()).append("\r\n")
                .append(status.isPermanent() ? "" : "Cache-Control: no-cache\r\n")
                .append(close ? "Connection: close\r\n" : "")
                .append("\r\n");
        headBytes[index] = all.length() - offsets[index];
        all.append(body);
        bytes[index] = all.length() - offsets[index];
    }

    /** Returns where an answer begins; a code that is not a {@link Status} is answered as 500. */
    public long address(final int code, final boolean close) {
        assert !closed;
        return address + offsets[index(code, close)];
    }

    /** Returns the bytes of the head, which is all that answers HEAD. */
    public int headBytes(final int code, final boolean close) {
        return headBytes[index(code, close)];
    }

    /** Returns the bytes of head and body. */
    public int bytes(final int code, final boolean close) {
        return bytes[index(code, close)];
    }

    private int index(final int code, final boolean close) {
        assert code > 0 && code < CODES && STATUSES[indexes[code]].code() == code : code;
        return indexes[code] * 2 + (close ? 1 : 0);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            NativeMemory.free(MemoryTag.CONFIGURATION, address, sizeBytes);
        }
    }
}
