package io.sozu.master.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of a file that cannot be used: the place, the problem, the cure. */
final class ConfigFileErrorTest {
    @TempDir
    private Path directory;

    /** The cases of wrong-files.txt: a file, a line of dashes, what is said of it. */
    static Stream<Arguments> wrong() throws IOException {
        try (InputStream in = ConfigFileErrorTest.class.getResourceAsStream("wrong-files.txt")) {
            return Stream.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("======\n"))
                .map(block -> Arguments.of((Object[]) block.stripTrailing().split("\n---\n")));
        }
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void shouldSayWhereAndWhatIsWrong(final String text, final String problems) {
        assertEquals(problems, String.join("\n", new TomlFiles(directory).problems(text)));
    }

    @Test
    void shouldRefuseNestingWithoutEnd() {
        assertEquals(List.of("F: arrays or tables are nested too deeply"),
            new TomlFiles(directory).problems("a = " + "[".repeat(100_000)));
    }

    @Test
    void shouldRefuseASocketPathThatNoSocketCanHave() {
        assertEquals(List.of("F:1:1: 'command_socket' is '/" + "a".repeat(79) + "...', longer than the 107"
            + " bytes of a socket's path; choose a shorter one"),
            new TomlFiles(directory).problems("command_socket = \"/" + "a".repeat(107) + "\""));
    }

    @Test
    void shouldReportEverythingThatIsWrongInTheOrderOfTheFile() {
        final List<String> problems = new TomlFiles(directory).problems("""
            workers = 2
            worker_count = 0
            [[listeners]]
            protocol = "http"
            address = "127.0.0.1"
            [clusters.web]
            protocol = "http"
            backends = [{ address = "127.0.0.1:99999" }, { weight = "x", address = "127.0.0.1:1" }]
            """);

        assertEquals(List.of("F:1:1:", "F:2:1:", "F:5:1:", "F:8:15:", "F:8:48:"),
            problems.stream().map(problem -> problem.substring(0, problem.indexOf(' '))).toList());
    }

    @Test
    void shouldStopCountingProblemsAfterFifty() {
        final List<String> problems = new TomlFiles(directory).problems("x = 1\n".concat(
            Stream.iterate(0, i -> i + 1).limit(99).map(i -> "x" + i + " = 1\n").reduce("", String::concat)));

        assertEquals(51, problems.size());
        assertEquals("F: and 50 more", problems.getLast());
    }

    @Test
    void shouldSayThatThereIsNoSuchFile() {
        assertMessage(directory.resolve("none.toml"), ": no such file; name one with -c FILE");
    }

    @Test
    void shouldSayThatTheFileIsADirectory() {
        assertMessage(directory, ": is a directory; name the file in it");
    }

    @Test
    void shouldRefuseAByteOrderMark() throws IOException {
        final Path file = Files.writeString(directory.resolve("bom.toml"), "\uFEFFworker_count = 2");

        assertMessage(file, ":1:1: starts with a byte order mark; save it as UTF-8 without one");
    }

    @Test
    void shouldSayWhereTheFileIsNotUtf8() throws IOException {
        final Path file = Files.write(directory.resolve("latin.toml"),
            "a = 1\nb = '\u00e9'\n".getBytes(StandardCharsets.ISO_8859_1));

        assertMessage(file, ":2:6: is not UTF-8; save it as UTF-8");
    }

    @Test
    void shouldRefuseAFileWithZeroBytes() throws IOException {
        final Path file = Files.write(directory.resolve("zero.toml"), new byte[100]);

        final ConfigFileException refused = assertThrows(ConfigFileException.class, () ->
            ConfigFile.load(file));
        assertTrue(refused.getMessage().startsWith(file + ":1:1: Unexpected '\\u0000'"),
            refused.getMessage());
    }

    private static void assertMessage(final Path file, final String message) {
        assertEquals(file + message,
            assertThrows(ConfigFileException.class, () -> ConfigFile.load(file)).getMessage());
    }
}
