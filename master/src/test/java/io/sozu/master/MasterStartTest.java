package io.sozu.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.master.fleet.FleetRig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts that cannot succeed: each says why in one line, names the cure, and leaves nothing behind. */
@Timeout(120)
final class MasterStartTest {
    @TempDir
    private Path directory;

    private void shouldFail(final MasterProcess master, final int code, final String... parts) {
        try (master) {
            assertEquals(code, master.exit(), master::output);
            final String output = master.output();
            assertEquals(1, output.lines().filter(line -> line.startsWith("sozu: ")).count(), output);
            final String line = output.lines().filter(each ->
                    each.startsWith("sozu: ")).findFirst().orElse("");
            for (final String part : parts) {
                assertTrue(line.contains(part), () -> part + " is not in: " + output);
            }
            assertFalse(output.contains("Exception"), output);
            assertFalse(Files.exists(directory.resolve("pid")), output);
        }
    }

    private MasterProcess start(final String config, final String... prefix) throws IOException {
        return MasterProcess.start(directory, config, null, List.of(prefix));
    }

    private MasterProcess run(final String... arguments) throws IOException {
        return MasterProcess.run(directory, null, List.of(), List.of(arguments));
    }

    @Test
    void shouldRefuseAWrongCommandLine() throws IOException {
        shouldFail(run(), 2, "usage: sozu start -c FILE");
        shouldFail(run("stop"), 2, "no such command: stop");
        shouldFail(run("start"), 2, "usage");
    }

    @Test
    void shouldNameAMissingFileAndThePlaceOfAMistake() throws IOException {
        shouldFail(run("start", "-c", directory.resolve("none.toml").toString()), 2, "none.toml");
        shouldFail(start("worker_count = 2\nmax_conections = 7\n"), 2, "config.toml:2:1", "max_connections");
        shouldFail(start("worker_count = \n"), 2, "config.toml:1");
    }

    @Test
    void shouldNameATakenPort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final InetSocketAddress address = new InetSocketAddress("127.0.0.1", taken.getLocalPort());
            final String more = "pid_file_path = \"" + directory.resolve("pid") + "\"";
            shouldFail(start(MasterProcess.config(directory, address, more)), 1, "cannot listen on 127.0.0.1:"
                    + taken.getLocalPort(), "EADDRINUSE", "stop that or choose another address");
        }
    }

    @Test
    void shouldNameTooFewDescriptorsAndTheCures() throws IOException {
        shouldFail(start(MasterProcess.config(directory, FleetRig.freeAddress(), "").replace("= 50",
                "= 5000"),
                "prlimit", "--nofile=1000"), 1, "max_connections = 5000 needs 10202 file descriptors",
                "the limit is 1000", "ulimit -n 10202", "LimitNOFILE=10202", "at most 399");
    }

    @Test
    void shouldNameADirectoryThatIsNotThere() throws IOException {
        shouldFail(start("command_socket = \"/nonexistent/sozu.sock\"\n"), 1,
                "there is no directory /nonexistent");
        shouldFail(start("log_target = \"file:///nonexistent/log\"\n"), 1,
                "log_target file:///nonexistent/log");
        shouldFail(start("pid_file_path = \"/nonexistent/pid\"\n"), 1, "pid_file_path /nonexistent/pid");
    }

    @Test
    void shouldCheckAFileWithoutStartingAnything() throws IOException {
        final String good = MasterProcess.config(directory, FleetRig.freeAddress(), "");
        Files.writeString(directory.resolve("good.toml"), good);
        try (MasterProcess check = run("check", "-c", directory.resolve("good.toml").toString())) {
            assertEquals(0, check.exit(), check::output);
            assertTrue(check.output().contains("good.toml is good"), check::output);
        }
        Files.writeString(directory.resolve("bad.toml"), good + "colour = 1\n");
        shouldFail(run("check", "-c", directory.resolve("bad.toml").toString()), 2, "bad.toml:8:1");
    }
}
