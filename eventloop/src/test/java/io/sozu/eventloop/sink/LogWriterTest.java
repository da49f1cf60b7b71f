package io.sozu.eventloop.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimKernel;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.eventloop.log.LogRing;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
final class LogWriterTest {
    private static final int RING_BYTES = 2 * LogRing.LINE_MAX_BYTES;
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private final SimKernel kernel = new SimKernel(1);

    private Log log(final LogWriter writer, final LogSink sink) {
        final LogRing ring = new LogRing(RING_BYTES);
        writer.add(ring, sink);
        return new Log(ring, kernel, 1, "TEST", LogLevel.INFO);
    }

    private static String messageOf(final String line) {
        return line.substring(line.indexOf("TEST") + 11);
    }

    @Test
    void shouldAppendLinesToAFileInOrder(@TempDir final Path directory) throws IOException {
        final long before = NativeMemory.bytes(MemoryTag.LOG);
        final Path file = directory.resolve("sozu.log");
        Files.writeString(file, "former\n");
        final LogWriter writer = new LogWriter();
        final Log log = log(writer, LogTarget.open("file://" + file, kernel));
        writer.start();
        for (int i = 0; i < 100; i++) {
            log.info("line " + i);
        }
        assertTrue(writer.close(PATIENCE_NANOS));
        final List<String> lines = Files.readAllLines(file);
        assertEquals("former", lines.getFirst());
        assertEquals(101, lines.size());
        for (int i = 0; i < 100; i++) {
            assertEquals("line " + i, messageOf(lines.get(i + 1)));
        }
        assertEquals(before, NativeMemory.bytes(MemoryTag.LOG));
    }

    @Test
    void shouldSendOneDatagramPerLine() throws IOException {
        try (DatagramSocket collector = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            collector.setSoTimeout(20_000);
            final LogWriter writer = new LogWriter();
            final String target = "udp://127.0.0.1:" + collector.getLocalPort();
            final Log log = log(writer, LogTarget.open(target, kernel));
            writer.start();
            log.info("one");
            log.info("two");
            final DatagramPacket packet = new DatagramPacket(new byte[1000], 1000);
            for (final String expected : List.of("one", "two")) {
                collector.receive(packet);
                assertEquals(expected, messageOf(new String(packet.getData(), 0, packet.getLength(), UTF_8)));
            }
            assertTrue(writer.close(PATIENCE_NANOS));
        }
    }

    /** Blocks in its first write until it is released, as a full pipe does. */
    private static final class BlockedSink implements LogSink {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch released = new CountDownLatch(1);
        final StringBuffer text = new StringBuffer();

        @Override
        public int write(final long address, final int lengthBytes) {
            entered.countDown();
            try {
                released.await();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            text.append(new String(Memory.toArray(address, lengthBytes), UTF_8));
            return 0;
        }

        @Override
        public void close() {
            released.countDown();
        }
    }

    @Test
    void shouldLoseCountAndNeverBlockWhenTheTargetBlocks() throws InterruptedException {
        final BlockedSink sink = new BlockedSink();
        final LogWriter writer = new LogWriter();
        final LogRing ring = new LogRing(RING_BYTES);
        writer.add(ring, sink);
        final Log log = new Log(ring, kernel, 1, "TEST", LogLevel.INFO);
        writer.start();
        log.info("first");
        sink.entered.await();
        for (int i = 0; i < 10_000; i++) {
            log.info("line " + i);
        }
        final long lost = ring.lostLines();
        assertTrue(lost > 9_000, "lost " + lost);
        sink.released.countDown();
        while (ring.usedBytes() > 0) {
            Thread.onSpinWait();
        }
        log.info("after");
        assertTrue(writer.close(PATIENCE_NANOS));
        final List<String> lines = sink.text.toString().lines().toList();
        assertEquals("first", messageOf(lines.getFirst()));
        assertEquals("after", messageOf(lines.getLast()));
        assertEquals(lost + " log lines were lost", messageOf(lines.get(lines.size() - 2)));
        assertEquals(10_000, lost + lines.size() - 3);
    }

    @Test
    void shouldLeaveABlockedTargetAloneWhenItCloses() throws InterruptedException {
        final long before = NativeMemory.bytes(MemoryTag.LOG);
        final BlockedSink sink = new BlockedSink();
        final LogWriter writer = new LogWriter();
        final Log log = log(writer, sink);
        writer.start();
        log.info("first");
        sink.entered.await();
        log.info("second");
        assertFalse(writer.close(10_000_000));
        assertTrue(NativeMemory.bytes(MemoryTag.LOG) > before, "the thread may still use it");
        sink.released.countDown();
        writer.close(PATIENCE_NANOS);
        assertEquals(before, NativeMemory.bytes(MemoryTag.LOG));
    }

    @Test
    void shouldReportInALaterLineWhatASinkLost() throws InterruptedException {
        final CountDownLatch failed = new CountDownLatch(1);
        final StringBuffer text = new StringBuffer();
        final LogSink failing = new LogSink() {
            @Override
            public int write(final long address, final int lengthBytes) {
                if (failed.getCount() > 0) {
                    failed.countDown();
                    throw new IllegalStateException("broken");
                }
                text.append(new String(Memory.toArray(address, lengthBytes), UTF_8));
                return 0;
            }

            @Override
            public void close() {
                text.append("closed");
            }
        };
        final LogWriter writer = new LogWriter();
        final LogRing ring = new LogRing(RING_BYTES);
        writer.add(ring, failing);
        final Log log = new Log(ring, kernel, 1, "TEST", LogLevel.INFO);
        writer.start();
        log.begin(LogLevel.INFO).text("a").end();
        log.flush();
        failed.await();
        while (ring.lostLines() == 0) {
            Thread.onSpinWait();
        }
        log.info("b");
        assertTrue(writer.close(PATIENCE_NANOS));
        final List<String> lines = text.toString().lines().toList();
        assertEquals("1 log lines were lost", messageOf(lines.get(0)));
        assertEquals("b", messageOf(lines.get(1)));
        assertEquals("closed", lines.get(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "stdin", "file://", "ftp://x", "udp://", "udp://127.0.0.1",
        "udp://127.0.0.1:0", "udp://127.0.0.1:70000", "udp://a b:1"})
    void shouldNameATargetItDoesNotKnow(final String target) {
        final var refused = assertThrows(IllegalArgumentException.class,
                () -> LogTarget.open(target, kernel));
        assertTrue(refused.getMessage().contains("\"" + target + "\""), refused.getMessage());
    }

    @Test
    void shouldNameAFileItCannotOpen(@TempDir final Path directory) {
        final String target = "file://" + directory.resolve("none/such.log");
        final var refused = assertThrows(IOException.class, () -> LogTarget.open(target, kernel));
        assertTrue(refused.getMessage().contains(target), refused.getMessage());
    }
}
