package io.sozu.master.state;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** Configuration files of the tests, in a directory of their own. */
record TomlFiles(Path directory) {
    /** An http listener, a cluster, a frontend and a backend: the least that serves. */
    static final String SMALLEST = """
        [[listeners]]
        protocol = "http"
        address = "127.0.0.1:8080"
        [clusters.web]
        protocol = "http"
        frontends = [{ address = "127.0.0.1:8080", hostname = "example.com" }]
        backends = [{ address = "127.0.0.1:3000" }]
        """;

    private static final Path MATERIAL = Path.of("..", "ctl", "src", "test", "resources", "io", "sozu",
        "control", "tls");

    /** Puts certificates and keys beside the file, under their names. */
    TomlFiles withMaterial() {
        try (Stream<Path> files = Files.list(MATERIAL)) {
            for (final Path file : files.toList()) {
                Files.copy(file, directory.resolve(file.getFileName().toString()),
                    StandardCopyOption.REPLACE_EXISTING);
            }
            return this;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the text of one of them. */
    static String material(final String name) {
        try {
            return Files.readString(MATERIAL.resolve(name));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path write(final String text) {
        try {
            return Files.writeString(directory.resolve("config.toml"), text);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ConfigFile load(final String text) throws ConfigFileException {
        return ConfigFile.load(write(text));
    }

    /** Returns what is said of a file that cannot be used, with {@code F} for the name of the file. */
    List<String> problems(final String text) {
        return brief(assertThrows(ConfigFileException.class, () -> load(text)).problems());
    }

    /** Returns the warnings of a file, with {@code F} for its name. */
    List<String> warnings(final String text) throws ConfigFileException {
        return brief(load(text).warnings());
    }

    private List<String> brief(final List<String> lines) {
        return lines.stream().map(line -> line.replace(directory.resolve("config.toml").toString(), "F"))
            .toList();
    }
}
