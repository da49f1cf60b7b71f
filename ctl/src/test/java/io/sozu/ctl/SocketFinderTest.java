package io.sozu.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SocketFinderTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "command_socket = \"run/s.sock\"|run/s.sock",
        "command_socket='./s.sock'# why|s.sock",
        "\"command_socket\" = \"../s.sock\"|../s.sock",
        "# command_socket = \"other.sock\"|sozu.sock",
        "command_socket_mode = \"600\"|sozu.sock",
        "worker_count = 2|sozu.sock",
    })
    void shouldFindTheSocketBesideTheFile(final String line, final String socket) throws Exception {
        final Path config =
            file("log_level = \"info\"\n" + line + "\n[[listeners]]\ncommand_socket = \"no\"\n");
        assertEquals(directory.resolve(socket).normalize(), SocketFinder.find(config).socket());
    }

    @Test
    void shouldFindASocketWithAPathOfItsOwn() throws Exception {
        assertEquals(Path.of("/run/s.sock"),
            SocketFinder.find(file("command_socket = \"/run/s.sock\"")).socket());
    }

    @Test
    void shouldFindHowLongToWait() throws Exception {
        assertEquals(2_500, SocketFinder.find(file("ctl_command_timeout = 2_500")).timeoutMillis());
        assertEquals(-1, SocketFinder.find(file("")).timeoutMillis());
    }

    @Test
    void shouldNameAFileThatIsNotThere() {
        final CtlException fault = assertThrows(CtlException.class,
            () -> SocketFinder.find(directory.resolve("none.toml")));
        assertEquals(ExitCode.USAGE, fault.exitCode());
        assertTrue(fault.getMessage().contains("none.toml"));
    }

    @Test
    void shouldRefuseAValueItDoesNotUnderstand() throws Exception {
        final Path config = file("command_socket = \"\"\"\n/run/s.sock\"\"\"");
        final CtlException fault = assertThrows(CtlException.class, () -> SocketFinder.find(config));
        assertTrue(fault.getMessage().contains("--socket"), fault::getMessage);
    }

    private Path file(final String text) throws IOException {
        return Files.writeString(directory.resolve("config.toml"), text);
    }
}
