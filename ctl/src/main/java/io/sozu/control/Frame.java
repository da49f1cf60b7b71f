package io.sozu.control;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into messages: UTF-8 text, each ended by a zero byte. One instance serves one peer.
 *
 * <p>A message that is too large is refused once and its bytes are dropped as they come, up to its
 * terminator.
 */
public final class Frame {
    /** What ends a message; JSON escapes it inside. */
    public static final byte TERMINATOR = 0;

    private static final int INITIAL_BYTES = 4096;
    private static final int KEPT_BYTES = 65_536;
    private final int maxBytes;
    private byte[] buffer = new byte[INITIAL_BYTES];
    private int start;
    private int scanned;
    private int end;
    private boolean skipping;

    /**
     * @param maxBytes the longest message allowed, without its terminator
     */
    public Frame(final int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Returns the bytes of a message with its terminator. */
    public static byte[] terminated(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /**
     * Takes bytes of the peer; {@link #next} is called until it has no more before the next bytes are taken.
     */
    public void append(final byte[] bytes, final int offset, final int length) {
        if (end + length > buffer.length) {
            makeRoom(length);
        }
        System.arraycopy(bytes, offset, buffer, end, length);
        end += length;
    }

    /**
     * Returns the next whole message, or null when its end has not come yet.
     *
     * @throws OrderException when the message is too large or no UTF-8; the messages after it are not harmed
     */
    public String next() throws OrderException {
        while (scanned < end) {
            if (buffer[scanned++] == TERMINATOR) {
                final int from = start;
                final int length = scanned - 1 - from;
                start = scanned;
                if (skipping) {
                    skipping = false;
                } else if (length > maxBytes) {
                    throw tooLarge();
                } else {
                    return text(from, length);
                }
            }
        }
        if (start == end && buffer.length > KEPT_BYTES) {
            buffer = new byte[INITIAL_BYTES];
            start = 0;
            scanned = 0;
            end = 0;
        }
        if (skipping) {
            start = end;
        } else if (end - start > maxBytes) {
            skipping = true;
            start = end;
            throw tooLarge();
        }
        return null;
    }

    /** Returns how many bytes of an unfinished message are held: what is lost when the peer leaves now. */
    public int pendingBytes() {
        return end - start;
    }

    private void makeRoom(final int length) {
        final int held = end - start;
        final byte[] target = held + length > buffer.length
            ? new byte[Math.max(held + length, Math.min(2 * buffer.length, maxBytes))] : buffer;
        System.arraycopy(buffer, start, target, 0, held);
        buffer = target;
        scanned -= start;
        start = 0;
        end = held;
    }

    private String text(final int from, final int length) throws OrderException {
        try {
            return StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT).decode(ByteBuffer.wrap(buffer, from, length))
                .toString();
        } catch (final CharacterCodingException e) {
            throw new OrderException("message is not UTF-8");
        }
    }

    private OrderException tooLarge() {
        return new OrderException("message is larger than the " + maxBytes + " bytes allowed");
    }
}
