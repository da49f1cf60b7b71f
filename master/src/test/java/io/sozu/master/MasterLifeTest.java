package io.sozu.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.control.Answer;
import io.sozu.master.fleet.FleetRig;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master with its workers from the start to every kind of end. */
@Timeout(240)
final class MasterLifeTest {
    @TempDir
    private Path directory;

    private String pidFile() {
        return "pid_file_path = \"" + directory.resolve("pid") + "\"";
    }

    private static String stop(final String type) {
        return "{\"id\":\"stop\",\"version\":0,\"type\":\"PROXY\",\"data\":{\"type\":\"" + type + "\"}}";
    }

    private void shouldHaveLeftNothing(final MasterProcess master, final List<ProcessHandle> workers) {
        assertEquals(0, master.exit(), master::output);
        assertTrue(workers.stream().noneMatch(ProcessHandle::isAlive), master::output);
        assertFalse(Files.exists(directory.resolve("sozu.sock")));
        assertFalse(Files.exists(directory.resolve("pid")));
    }

    @Test
    void shouldStartServeAndEndByEitherSignal() throws Exception {
        for (final String name : List.of("TERM", "INT")) {
            try (MasterProcess master = MasterProcess.ready(directory, pidFile())) {
                final List<ProcessHandle> workers = master.workers();
                assertEquals(2, workers.size());
                assertEquals(Long.toString(master.process.pid()),
                        Files.readString(directory.resolve("pid")).strip());
                master.signal("HUP");
                master.until("the file is read again", () -> master.output().contains("nothing to change"));
                assertTrue(master.ask().matches("[01] \\d+"));
                assertTrue(Pattern.compile("worker 1 \\(pid \\d+\\) is ready, \\d{2,5} ms after its start\n")
                        .matcher(master.output()).find(), master::output);
                master.signal(name);
                shouldHaveLeftNothing(master, workers);
            }
        }
    }

    @Test
    void shouldEndByASignalThatComesWhileItStarts() throws Exception {
        final InetSocketAddress address = FleetRig.freeAddress();
        try (MasterProcess master = MasterProcess.start(directory,
                MasterProcess.config(directory, address, pidFile()), address, List.of())) {
            master.until("workers start", () -> master.output().contains("worker 1 (pid"));
            final List<ProcessHandle> workers = master.workers();
            master.signal("TERM");
            shouldHaveLeftNothing(master, workers);
            assertFalse(master.output().contains(" ready: "), master::output);
        }
    }

    @Test
    void shouldAnswerTheClientThatStopsItBeforeItIsGone() throws Exception {
        for (final String type : List.of("SOFT_STOP", "HARD_STOP")) {
            try (MasterProcess master = MasterProcess.ready(directory, pidFile())) {
                final List<ProcessHandle> workers = master.workers();
                final List<Answer> answers = master.order(stop(type));
                assertEquals(List.of(Answer.Status.PROCESSING, Answer.Status.OK),
                        answers.stream().map(Answer::status).toList());
                shouldHaveLeftNothing(master, workers);
            }
        }
    }

    @Test
    void shouldRefuseASecondMasterAtTheSameSocket() throws Exception {
        try (MasterProcess master = MasterProcess.ready(directory, pidFile())) {
            try (MasterProcess second = MasterProcess.start(directory, MasterProcess.config(directory,
                    master.address, ""), master.address, List.of())) {
                assertEquals(1, second.exit(), second::output);
                assertTrue(second.output().contains("a master already runs at"), second::output);
            }
            assertTrue(master.ask().matches("[01] \\d+"));
            assertTrue(Files.exists(directory.resolve("sozu.sock")));
        }
    }

    @Test
    void shouldLeaveWorkersThatServeUntilANewMasterDoes() throws Exception {
        try (MasterProcess master = MasterProcess.ready(directory, pidFile())) {
            final List<ProcessHandle> orphans = master.workers();
            master.signal("KILL");
            master.exit();
            master.until("they notice", () -> master.output().lines()
                    .filter(line -> line.contains("the master is gone")).count() == 2);
            assertTrue(master.ask().matches("[01] \\d+"));
            try (MasterProcess second = MasterProcess.start(directory, MasterProcess.config(directory,
                    master.address, pidFile()), master.address, List.of())) {
                second.until("the orphans are gone", () ->
                        orphans.stream().noneMatch(ProcessHandle::isAlive));
                assertTrue(second.output().contains(" ready: 2 workers"), second::output);
                assertTrue(second.output().contains("another process of this user listens"), second::output);
                assertTrue(second.ask().matches("[01] \\d+"));
                final List<ProcessHandle> workers = second.workers();
                second.signal("TERM");
                shouldHaveLeftNothing(second, workers);
            }
        }
    }

    @Test
    void shouldEndOrphansAfterTheirGrace() throws Exception {
        try (MasterProcess master = MasterProcess.ready(directory, "orphan_grace = 1")) {
            final List<ProcessHandle> orphans = master.workers();
            master.signal("KILL");
            master.until("the orphans are gone", () -> orphans.stream().noneMatch(ProcessHandle::isAlive));
            assertTrue(master.output().contains("no new master came within 1 s"), master::output);
        }
    }

    @Test
    void shouldEndAtOnceByASecondSignalThoughAWorkerHangs() throws Exception {
        try (MasterProcess master = MasterProcess.ready(directory, pidFile())) {
            final List<ProcessHandle> workers = master.workers();
            MasterProcess.signal("STOP", workers.getFirst().pid());
            master.signal("TERM");
            master.until("it drains", () ->
                    master.output().contains("stopping when all sessions have ended"));
            master.signal("TERM");
            shouldHaveLeftNothing(master, workers);
            assertTrue(master.output().contains("stopping at once"), master::output);
        }
    }
}
