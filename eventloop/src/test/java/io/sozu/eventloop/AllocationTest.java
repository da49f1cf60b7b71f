package io.sozu.eventloop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class AllocationTest {
    /**
     * In a JVM of its own that waits for its compiler: neither other tests nor a busy machine change the
     * outcome.
     */
    @Test
    void shouldAllocateNothingInTenThousandTurns() throws IOException, InterruptedException {
        final Process process = ChildJvm.start(QuietTurnsMain.class, "-Xbatch");
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("0", output.readLine(), "bytes in the last 10 000 turns");
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
    }
}
