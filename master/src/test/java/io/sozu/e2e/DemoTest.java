package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration, and that what it says to try can be tried. */
@Tag("e2e")
final class DemoTest {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    private static final Pattern LOG = Pattern.compile("The log is in (\\S+)/master.log\\.");

    @TempDir
    private Path directory;
    private Process demo;

    @AfterEach
    void stopWhatIsLeft() {
        if (demo != null && demo.isAlive()) {
            demo.descendants().forEach(ProcessHandle::destroyForcibly);
            demo.destroyForcibly();
        }
    }

    @Test
    void shouldServeHttpsByACertificateOfItsOwnAndLeaveNothing() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is installed");
        start();
        final Path files = files();
        final String secure = command("curl -i --cacert ");

        assertTrue(run(secure).contains(" asked for /hello by 127.0.0.1 over https\n"));
        assertTrue(run(command("curl -i http:")).contains(" over http\n"));
        assertEquals(60, exitCode(secure.replaceAll("--cacert \\S+", ""), "untrusted"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(
                files.resolve("key.pem"))));
        stop(files);
    }

    @Test
    void shouldDoWithoutHttpsWhereThereIsNoOpenSsl() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is installed");
        start(directory.resolve("libssl.so.3").toString());
        final Path files = files();

        assertTrue(output().contains("It does without HTTPS: cannot load " + directory), this::output);
        assertFalse(output().contains("https://"), this::output);
        assertTrue(run(command("curl -i http:")).contains(" over http\n"));
        stop(files);
    }

    private void start(final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-ea",
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Dsozu.demo.http_port=0",
                "-Dsozu.demo.https_port=0", "-Dsozu.demo.flags=-ea -Dsozu.worker.flags=-ea"
                        + " --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.sozu.demo.DemoMain"));
        command.addAll(List.of(arguments));
        demo = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile()).start();
        Await.until(() -> "the demonstration runs\n" + output(), START_LIMIT,
                () -> LOG.matcher(output()).find() || !demo.isAlive());
        assertTrue(demo.isAlive(), this::output);
    }

    private Path files() {
        final Matcher log = LOG.matcher(output());
        assertTrue(log.find(), this::output);
        return Path.of(log.group(1));
    }

    /** Returns the line to try that starts so. */
    private String command(final String start) {
        return output().lines().map(String::strip).filter(line -> line.startsWith(start)).findFirst()
                .orElseThrow(() -> new AssertionError(output()));
    }

    private String run(final String command) throws Exception {
        assertEquals(0, exitCode(command, "answer"), this::output);
        return Files.readString(directory.resolve("answer"));
    }

    private int exitCode(final String command, final String output) throws Exception {
        final Process shell = new ProcessBuilder("sh", "-c", "no_proxy='*' " + command + " --max-time 20")
                .redirectErrorStream(true).redirectOutput(directory.resolve(output).toFile()).start();
        try {
            assertTrue(shell.waitFor(30, TimeUnit.SECONDS), command);
            return shell.exitValue();
        } finally {
            shell.destroyForcibly();
        }
    }

    private void stop(final Path files) throws Exception {
        demo.destroy();
        assertTrue(demo.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS), this::output);
        assertTrue(output().endsWith("Stopped.\n"), this::output);
        assertFalse(Files.exists(files), files::toString);
        assertEquals(List.of(), ProcFs.withArgument(files.toString()));
    }

    private String output() {
        try {
            return Files.readString(directory.resolve("output"));
        } catch (final IOException e) {
            return "no output: " + e;
        }
    }
}
