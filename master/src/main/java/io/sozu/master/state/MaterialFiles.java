package io.sozu.master.state;

import io.sozu.control.model.InvalidConfigException;
import io.sozu.control.model.Quote;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the files that a configuration file names: certificates, keys and lists. */
final class MaterialFiles {
    private static final long MAX_BYTES = 1 << 20;

    private final Path directory;

    /**
     * @param directory what relative paths start at
     */
    MaterialFiles(final Path directory) {
        this.directory = directory;
    }

    /**
     * Returns the absolute path of a file, whether it is there or not.
     *
     * @throws InvalidConfigException when the text is no path
     */
    Path path(final String key, final String text) {
        try {
            if (!text.isEmpty()) {
                return directory.resolve(text).normalize();
            }
        } catch (final InvalidPathException e) {
            throw new InvalidConfigException(key, Quote.of(text) + " is no path: " + e.getReason());
        }
        throw new InvalidConfigException(key, "names no file");
    }

    /**
     * Returns the text of a file. What is no PEM is told of by its reader: here every byte is a character.
     *
     * @throws InvalidConfigException naming the key, the file and the cure
     */
    String text(final String key, final String name) {
        final Path file = path(key, name);
        final String cure;
        try {
            if (Files.isDirectory(file)) {
                cure = "is a directory; name the file in it";
            } else if (Files.size(file) > MAX_BYTES) {
                cure = "is larger than a mebibyte; is it the right one?";
            } else {
                return Files.readString(file, StandardCharsets.ISO_8859_1);
            }
        } catch (final NoSuchFileException e) {
            throw new InvalidConfigException(key, Quote.of(file.toString())
                + ": no such file; relative names start at the directory of the configuration file");
        } catch (final AccessDeniedException e) {
            throw new InvalidConfigException(key, Quote.of(file.toString())
                + ": permission denied; make it readable for the user that runs the proxy, and for nobody"
                + " else");
        } catch (final IOException e) {
            throw new InvalidConfigException(key, Quote.of(file.toString()) + " cannot be read: "
                + e.getMessage());
        }
        throw new InvalidConfigException(key, Quote.of(file.toString()) + " " + cure);
    }
}
