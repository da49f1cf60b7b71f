package io.sozu.eventloop.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
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
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class LogTest {
    private static final int PREFIX = "2026-11-24T05:24:00.123456Z 12345 WRK-00 INFO  ".length();
    private static final int RING_BYTES = 2 * LogRing.LINE_MAX_BYTES;
    private final SimKernel kernel = new SimKernel(1);
    private final LogRing ring = new LogRing(RING_BYTES);
    private final Log log = new Log(ring, kernel, 12_345, "WRK-00", LogLevel.INFO);
    private final long scratch = NativeMemory.allocate(MemoryTag.SCRATCH, RING_BYTES);

    @AfterEach
    void free() {
        ring.close();
        ring.close();
        NativeMemory.free(MemoryTag.SCRATCH, scratch, RING_BYTES);
        assertEquals(0, NativeMemory.bytes(MemoryTag.LOG));
    }

    private String taken() {
        return new String(Memory.toArray(scratch, ring.take(scratch, RING_BYTES)), UTF_8);
    }

    private String message() {
        final String line = taken();
        assertTrue(line.endsWith("\n") && line.indexOf('\n') == line.length() - 1, line);
        return line.substring(PREFIX, line.length() - 1);
    }

    @Test
    void shouldStampALine() {
        log.info("hello");
        final String line = taken();
        final String stamp = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z";
        assertTrue(line.matches(stamp + " 12345 WRK-00 INFO  hello\n"), line);
        final long wall = kernel.wallNanos() / 1000;
        final Instant stamped = Instant.parse(line.substring(0, LogTime.LENGTH));
        final long stampedMicros = stamped.getEpochSecond() * 1_000_000 + stamped.getNano() / 1000;
        assertTrue(Math.abs(stampedMicros - wall) < 1_000_000);
    }

    @Test
    void shouldRenderTimeAsTheLibraryDoes() {
        final DateTimeFormatter format = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
                .withZone(ZoneOffset.UTC);
        final LogTime time = new LogTime();
        final Random random = new Random(5);
        for (int i = 0; i < 100_000; i++) {
            final long second = i < 60_000 ? i * 86_400L - 86_400L * 3000 : random.nextLong(9_000_000_000L);
            final long nanos = second * 1_000_000_000 + random.nextInt(1_000_000_000);
            final String expected = format.format(Instant.ofEpochSecond(0, nanos));
            assertEquals(expected, new String(time.render(nanos), UTF_8));
        }
    }

    @Test
    void shouldBuildALineOfParts() {
        final byte[] host = "exa mple.org\r\n\u001b[31m\\x\u00e9".getBytes(ISO_8859_1);
        Memory.copy(host, 0, scratch, host.length);
        log.begin(LogLevel.WARN).text("from ").bytes(scratch, host.length).ascii(" n=".getBytes(UTF_8))
                .decimal(0).text(" ").decimal(-17).text(" ").decimal(Long.MIN_VALUE)
                .text(" ").decimal(Long.MAX_VALUE).text(" ").name(LogLevel.DEBUG)
                .text(" ").bytes(new byte[] {'a', 0}).end();
        final String line = taken();
        assertEquals(" 12345 WRK-00 WARN  from exa mple.org\\x0d\\x0a\\x1b[31m\\x5cx\\xe9 n=0 -17 "
                + Long.MIN_VALUE + " " + Long.MAX_VALUE + " DEBUG a\\x00\n", line.substring(LogTime.LENGTH));
    }

    @Test
    void shouldWriteTextAsUtf8AndNoControlCharacters() {
        log.info("Sōzu → 𝄞 \n\t\u007f\u0085 \ud800!");
        assertEquals("Sōzu → 𝄞 \\x0a\\x09\\x7f\\x85 ?!", message());
    }

    @Test
    void shouldKeepSilentBelowItsLevel() {
        assertFalse(log.isEnabled(LogLevel.DEBUG));
        log.debug("no");
        log.begin(LogLevel.TRACE).text("no").decimal(1).bytes(new byte[3]).name(LogLevel.INFO).end();
        assertEquals("", taken());
        log.level(LogLevel.parse("debug"));
        log.debug("yes");
        assertEquals("yes", message());
        assertThrows(IllegalArgumentException.class, () -> LogLevel.parse("loud"));
        assertEquals(0, ring.lostLines());
    }

    @Test
    void shouldTellWhatWasThrownInOneLine() {
        log.error("session failed", new IllegalStateException("a\nb", new ArithmeticException("zero")));
        final String text = message();
        assertTrue(text.startsWith("session failed: java.lang.IllegalStateException: a\\x0ab at "
                + LogTest.class.getName()), text);
        assertTrue(text.contains(" caused by java.lang.ArithmeticException: zero at "), text);
    }

    @Test
    void shouldCutALineThatIsTooLong() {
        log.info("x".repeat(3 * LogRing.LINE_MAX_BYTES));
        assertEquals(LogRing.LINE_MAX_BYTES, PREFIX + message().length() + 1);
        assertEquals(0, ring.lostLines());
    }

    @Test
    void shouldForgetALineThatWasNeverEnded() {
        log.begin(LogLevel.INFO).text("lost in a throw");
        log.info("next");
        assertEquals("next", message());
    }

    @Test
    void shouldDropCountAndReportWhenTheConsumerIsSlow() {
        int logged = 0;
        while (ring.lostLines() < 3) {
            log.info("line " + logged++);
        }
        final List<String> lines = taken().lines().toList();
        assertEquals(logged - 3, lines.size());
        assertTrue(lines.getLast().endsWith("line " + (logged - 4)), lines.getLast());
        log.info("after");
        final List<String> later = taken().lines().toList();
        assertEquals("WARN  3 log lines were lost", later.get(0).substring(PREFIX - 6));
        assertEquals("after", later.get(1).substring(PREFIX));
        ring.addLost(5);
        log.flush();
        assertEquals("", taken());
        kernel.world().sleep(1_100_000_000);
        log.flush();
        assertEquals("5 log lines were lost", message());
    }

    @Test
    void shouldKeepEveryLineWholeHoweverItWraps() {
        final Random random = new Random(11);
        int next = 0;
        int expected = 0;
        for (int round = 0; round < 20_000; round++) {
            log.info(next++ + " " + "y".repeat(random.nextInt(200)) + "$");
            if (random.nextInt(8) == 0) {
                final int targetBytes = LogRing.LINE_MAX_BYTES + random.nextInt(1000);
                final int length = ring.take(scratch, targetBytes);
                final String text = new String(Memory.toArray(scratch, length), UTF_8);
                for (final String line : text.lines().toList()) {
                    assertTrue(line.endsWith("$"), line);
                    assertEquals(expected++, Integer.parseInt(line.substring(PREFIX).split(" ")[0]));
                }
            }
        }
        assertTrue(expected > 10_000 && ring.lostLines() == 0, "taken " + expected);
    }

    @Test
    void shouldWakeASleepingConsumerOncePerSleep() {
        final int[] wakes = {0};
        ring.onWake(() -> wakes[0]++);
        log.info("a");
        assertEquals(0, wakes[0]);
        assertFalse(ring.fallAsleep(), "a line waits");
        taken();
        assertTrue(ring.fallAsleep());
        log.flush();
        assertEquals(0, wakes[0], "nothing to take");
        log.begin(LogLevel.INFO).text("b").end();
        assertEquals(0, wakes[0], "the end of the turn wakes");
        log.flush();
        log.info("c");
        assertEquals(1, wakes[0]);
        ring.fallAsleep();
        ring.stayAwake();
        log.info("d");
        assertEquals(1, wakes[0]);
    }

    @Test
    void shouldRefuseAnOddCapacity() {
        assertThrows(IllegalArgumentException.class, () -> new LogRing(RING_BYTES + 1));
        assertThrows(IllegalArgumentException.class, () -> new LogRing(RING_BYTES / 2));
    }
}
