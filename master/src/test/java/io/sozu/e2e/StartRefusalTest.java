package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that cannot succeed: a line that names the place, an exit code, and nothing left behind. */
@Tag("e2e")
final class StartRefusalTest {
    @TempDir
    private Path directory;

    @Test
    void shouldNameLineAndColumnOfBrokenToml() throws Exception {
        final String line = refusal("worker_count = 2\nmax_connections = = 3\n");
        assertTrue(line.contains("config.toml:2:"), line);
    }

    @Test
    void shouldNameTheNearestKeyOfAnUnknownOne() throws Exception {
        final String line = refusal("worker_count = 1\nmax_conections = 3\n");
        assertTrue(line.contains("config.toml:2:") && line.contains("max_conections")
                && line.contains("max_connections"),
                line);
    }

    @Test
    void shouldNameTheKeyOfAWrongType() throws Exception {
        final String line = refusal("worker_count = \"two\"\n");
        assertTrue(line.contains("config.toml:1:") && line.contains("worker_count"), line);
    }

    @Test
    void shouldNameAnAddressThatIsNone() throws Exception {
        final String line = refusal("[[listeners]]\nprotocol = \"http\"\naddress = \"127.0.0.1:notaport\"\n");
        assertTrue(line.contains("config.toml:3:") && line.contains("127.0.0.1:notaport"), line);
    }

    @Test
    void shouldNameAMissingFile() throws Exception {
        final String line = run(List.of(), directory.resolve("absent.toml"));
        assertTrue(line.contains("absent.toml"), line);
    }

    @Test
    void shouldNameAPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final String address = "127.0.0.1:" + taken.getLocalPort();
            final String line =
                    refusal("max_connections = 100\n[[listeners]]\nprotocol = \"http\"\naddress = \""
                    + address + "\"\n");
            assertTrue(line.contains(address), line);
            assertTrue(line.contains("in use") || line.contains("EADDRINUSE"), line);
        }
    }

    @Test
    void shouldNameTheLimitOfTooFewDescriptors() throws Exception {
        final Path file = write("max_connections = 10000\n");
        final String line = run(List.of("prlimit", "--nofile=256:256"), file);
        assertTrue(line.contains("max_connections") && line.contains("256"), line);
    }

    @Test
    void shouldNameTheLibraryThatIsMissingAndTheCure() throws Exception {
        final String line = refusal("ssl_library = \"none/libssl.so.3\"\n[[listeners]]\n"
                + "protocol = \"https\"\naddress = \"127.0.0.1:1\"\n");
        assertTrue(line.contains("config.toml:4:") && line.contains("listener 127.0.0.1:1: cannot load "
                + directory.resolve("none/libssl.so.3")) && line.contains("apt install libssl3")
                && line.contains("ssl_library"), line);
    }

    private String refusal(final String toml) throws Exception {
        return run(List.of(), write(toml));
    }

    private Path write(final String toml) throws IOException {
        return Files.writeString(directory.resolve("config.toml"), toml);
    }

    /** Starts a master that must leave by itself; the one line that tells why. */
    private String run(final List<String> prefix, final Path file) throws Exception {
        final Path log = directory.resolve("output.log");
        final Process master = ProxyProcess.launch(prefix, file, log);
        try {
            assertTrue(master.waitFor(30, TimeUnit.SECONDS), () -> "the master goes on\n" + read(log));
        } finally {
            master.destroyForcibly();
        }
        final String output = read(log);
        assertNotEquals(0, master.exitValue(), output);
        assertFalse(output.contains("Exception") || output.contains("\tat "), output);
        assertEquals(List.of(), ProcFs.withArgument(directory.toString()), "nothing is left behind");
        assertFalse(Files.exists(directory.resolve("sozu.sock")), "no command socket is left behind");
        final List<String> errors = output.lines().filter(line -> !line.isBlank()).toList();
        assertTrue(!errors.isEmpty() && errors.size() <= 3, output);
        return errors.getLast();
    }

    private static String read(final Path log) {
        try {
            return Files.readString(log, UTF_8);
        } catch (IOException e) {
            return "no output";
        }
    }
}
