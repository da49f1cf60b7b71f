package io.sozu.master.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.linux.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandPathTest {
    private final LinuxKernel kernel = new LinuxKernel();
    private final Processes processes = new Processes();
    @TempDir
    private Path directory;

    @AfterEach
    void free() {
        kernel.close();
        processes.close();
    }

    private CommandPath path(final String name) {
        return new CommandPath(kernel, processes, directory.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 022, 077})
    void shouldMakeASocketForItsOwnerAloneWhateverTheUmask(final int mask) throws IOException {
        final int former = processes.umask(mask);
        final CommandPath path = path("s.sock");
        final int fd = path.listen();
        assertEquals(mask, processes.umask(former));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path.path())));
        path.remove();
        assertFalse(Files.exists(path.path()));
        kernel.close(fd);
        try (var left = Files.list(directory)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void shouldFindALivingMasterAndReplaceTheSocketOfADeadOne() throws IOException {
        final CommandPath path = path("s.sock");
        assertNull(path.problem());
        final int fd = path.listen();
        assertTrue(path("s.sock").problem().contains("a master already runs at"), path("s.sock")::problem);
        kernel.close(fd);
        assertTrue(Files.exists(path.path()));
        assertNull(path("s.sock").problem());
        final CommandPath successor = path("s.sock");
        final int second = successor.listen();
        path.remove();
        assertTrue(Files.exists(path.path()), "it is another master's now");
        assertTrue(successor.problem().contains("already runs"));
        kernel.close(second);
    }

    @Test
    void shouldRefuseAFileThatIsNoSocketAndADirectoryThatIsNotThere() throws IOException {
        Files.writeString(directory.resolve("file"), "precious");
        assertTrue(path("file").problem().contains("is no socket"), path("file")::problem);
        assertEquals("precious", Files.readString(directory.resolve("file")));
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("file"));
        assertTrue(path("link").problem().contains("is no socket"), path("link")::problem);
        assertTrue(path("none/s.sock").problem().contains("there is no directory"),
                path("none/s.sock")::problem);
    }

    @Test
    void shouldWarnOfADirectoryThatOthersMayWriteTo() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertNull(path("s.sock").warning());
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xrwx"));
        assertTrue(path("s.sock").warning().contains("chmod go-w"), path("s.sock")::warning);
    }
}
