package io.sozu.eventloop.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.eventloop.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class UnreadOutputTest {
    @Test
    void shouldNeverBlockOnAFullPipeAndTellWhatWasLost() throws IOException, InterruptedException {
        final Process process = ChildJvm.start(UnreadOutputMain.class);
        try (BufferedReader errors = process.errorReader(UTF_8);
                BufferedReader output = process.inputReader(UTF_8)) {
            final String said = errors.readLine();
            assertTrue(said != null && said.matches("lost \\d+"), said);
            final long lost = Long.parseLong(said.substring(5));
            assertTrue(lost > 0, "the pipe took everything");
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            final List<String> lines = output.lines().toList();
            assertEquals(0, process.waitFor(), () -> String.join("\n", errors.lines().toList()));
            assertTrue(lines.getFirst().endsWith(" INFO  line 0"), lines.getFirst());
            assertTrue(lines.getLast().endsWith(" INFO  after"), lines.getLast());
            long told = 0;
            long written = 0;
            for (final String line : lines) {
                if (line.endsWith(" log lines were lost")) {
                    told += Long.parseLong(line.replaceAll(".* WARN  (\\d+) log lines were lost", "$1"));
                } else {
                    written++;
                }
            }
            assertEquals(UnreadOutputMain.LINES + 1, written + told);
        } finally {
            process.destroyForcibly();
        }
    }
}
