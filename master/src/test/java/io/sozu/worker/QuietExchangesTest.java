package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The data path allocates nothing on the heap, counted and not read. */
final class QuietExchangesTest {
    /** Once the compiler has seen through the calls; with assertions off, as in production. */
    @Test
    void shouldAllocateNothingPerExchange() throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                QuietExchangesMain.class.getName())).redirectErrorStream(true).start();
        try {
            final String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            assertEquals(0, process.waitFor(), said);
            assertEquals("0", said);
        } finally {
            process.destroyForcibly();
        }
    }
}
