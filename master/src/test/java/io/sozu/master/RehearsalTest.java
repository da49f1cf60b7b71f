package io.sozu.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.master.fleet.FleetRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launchers record a start with. */
final class RehearsalTest {
    @TempDir
    private Path directory;

    @Test
    void shouldRunAWholeProxyAndLeaveNothingBehind() throws IOException {
        try (MasterProcess rehearsal = MasterProcess.run(directory, FleetRig.freeAddress(), List.of(),
                List.of("rehearse"))) {
            assertEquals(0, rehearsal.exit(), rehearsal::output);
            final Matcher ready = Pattern.compile("ready: 1 worker, .*; orders at (\\S+)\n")
                    .matcher(rehearsal.output());
            assertTrue(ready.find(), rehearsal::output);
            assertFalse(Files.exists(Path.of(ready.group(1)).getParent()), ready::group);
        }
    }
}
