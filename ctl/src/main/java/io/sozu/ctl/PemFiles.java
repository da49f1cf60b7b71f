package io.sozu.ctl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the files whose texts orders carry. */
final class PemFiles {
    private static final long MAX_BYTES = 1 << 20;

    private PemFiles() {
    }

    /**
     * Returns the text of a file, null for none.
     *
     * @throws IllegalArgumentException with a line for people when it cannot be read
     */
    static String text(final String option, final Path file) {
        if (file == null) {
            return null;
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException(option + " " + file + " is larger than a mebibyte");
            }
            // What is no PEM is told of by its reader; any byte is a character here.
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (final NoSuchFileException e) {
            throw new IllegalArgumentException(option + " " + file + ": no such file", e);
        } catch (final IOException e) {
            throw new IllegalArgumentException(option + " " + file + " cannot be read: " + e, e);
        }
    }
}
