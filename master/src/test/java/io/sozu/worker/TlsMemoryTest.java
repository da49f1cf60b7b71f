package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What TLS holds and gives back, counted in each of OpenSSL's own allocations. */
final class TlsMemoryTest {
    /** {@code -Dtls.connections=100000} for a long run. */
    private static final String CONNECTIONS = System.getProperty("tls.connections", "500");
    /** With OpenSSL 3.0 it is 14 300: 7 600 of it one block that nobody can shrink. */
    private static final int IDLE_MAX_BYTES = 15_500;

    @Test
    void shouldHoldLittleForAnIdleConnectionAndNothingForOneThatHasGone()
            throws IOException, InterruptedException {
        final List<String> said = said();
        assertTrue(said.getFirst().startsWith("idle "), said::toString);
        assertTrue(Integer.parseInt(said.getFirst().substring(5)) <= IDLE_MAX_BYTES, said.getFirst());
        assertEquals(List.of("left 0 blocks 0 bytes 0 of ours", "left 0 blocks 0 bytes 0 of ours"),
                said.subList(1, said.size()), "simulated, then real sockets");
    }

    private static List<String> said() throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                TlsMemoryMain.class.getName(), CONNECTIONS)).redirectErrorStream(true).start();
        try {
            final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), said);
            return said.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }
}
