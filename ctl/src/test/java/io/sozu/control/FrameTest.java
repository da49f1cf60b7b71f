package io.sozu.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages come out whole, however their bytes come in. */
final class FrameTest {
    private static final int MAX_BYTES = 64;

    private static void append(final Frame frame, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        frame.append(bytes, 0, bytes.length);
    }

    /** Returns the messages that are ready; a refusal stands as its message after an exclamation mark. */
    private static List<String> drain(final Frame frame) {
        final List<String> messages = new ArrayList<>();
        while (true) {
            try {
                final String next = frame.next();
                if (next == null) {
                    return messages;
                }
                messages.add(next);
            } catch (final OrderException e) {
                messages.add("!" + e.getMessage());
            }
        }
    }

    @Test
    void shouldWaitForTheEndOfAMessage() throws OrderException {
        final Frame frame = new Frame(MAX_BYTES);

        append(frame, "{\"id\"");
        assertNull(frame.next());
        assertEquals(5, frame.pendingBytes());
        append(frame, ":1}\0");

        assertEquals("{\"id\":1}", frame.next());
        assertNull(frame.next());
        assertEquals(0, frame.pendingBytes());
    }

    @Test
    void shouldGiveSeveralMessagesOfOneRead() {
        final Frame frame = new Frame(MAX_BYTES);

        append(frame, "a\0b\0\0c");

        assertEquals(List.of("a", "b", ""), drain(frame));
        append(frame, "\0");
        assertEquals(List.of("c"), drain(frame));
    }

    @Test
    void shouldTakeAMessageOfExactlyTheMaximum() {
        final Frame frame = new Frame(MAX_BYTES);

        append(frame, "x".repeat(MAX_BYTES) + "\0" + "x".repeat(MAX_BYTES + 1) + "\0y\0");

        assertEquals(List.of("x".repeat(MAX_BYTES), "!message is larger than the 64 bytes allowed", "y"),
            drain(frame));
    }

    @Test
    void shouldRefuseAnEndlessMessageOnceAndReadOnAfterIt() {
        final Frame frame = new Frame(MAX_BYTES);
        final List<String> messages = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            append(frame, "x".repeat(50));
            messages.addAll(drain(frame));
            assertTrue(frame.pendingBytes() <= MAX_BYTES, "held " + frame.pendingBytes());
        }
        append(frame, "x\0after\0");
        messages.addAll(drain(frame));

        assertEquals(List.of("!message is larger than the 64 bytes allowed", "after"), messages);
    }

    @Test
    void shouldRefuseWhatIsNotUtf8AndReadOnAfterIt() {
        final Frame frame = new Frame(MAX_BYTES);
        final byte[][] invalid = {{(byte) 0xFF}, {(byte) 0xC3}, {(byte) 0xC0, (byte) 0x80},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80}};
        for (final byte[] bytes : invalid) {
            frame.append(bytes, 0, bytes.length);
            append(frame, "\0ok\0");
            assertEquals(List.of("!message is not UTF-8", "ok"), drain(frame), Arrays.toString(bytes));
        }
    }

    @Test
    void shouldGiveTheSameMessagesHoweverTheBytesAreCut() {
        final String stream = "{\"a\":1}\0" + "x".repeat(100) + "\0\u00e9\u20ac\uD83D\uDE00\0"
            + "y".repeat(64) + "\0end";
        final byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        final Frame whole = new Frame(MAX_BYTES);
        append(whole, stream);
        final List<String> expected = drain(whole);
        for (long seed = 0; seed < 200; seed++) {
            final Random random = new Random(seed);
            final Frame frame = new Frame(MAX_BYTES);
            final List<String> messages = new ArrayList<>();
            for (int from = 0; from < bytes.length; ) {
                final int length = Math.min(bytes.length - from, 1 + random.nextInt(40));
                frame.append(bytes, from, length);
                messages.addAll(drain(frame));
                from += length;
            }
            assertEquals(expected, messages, "seed " + seed);
            assertEquals(3, frame.pendingBytes());
        }
    }

    @Test
    void shouldCarryALargeMessage() throws OrderException {
        final Frame frame = new Frame(2_000_000);
        final String text = "0123456789".repeat(150_000);
        final byte[] bytes = Frame.terminated(text);
        for (int from = 0; from < bytes.length; from += 16_384) {
            assertNull(frame.next());
            frame.append(bytes, from, Math.min(16_384, bytes.length - from));
        }

        assertEquals(text, frame.next());
    }

    @Test
    void shouldEndAMessageWithAZeroByte() {
        assertArrayEquals(new byte[] {'{', '}', 0}, Frame.terminated("{}"));
    }
}
