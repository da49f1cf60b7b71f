package io.sozu.master.state;

import io.sozu.control.Order;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/**
 * A configuration file that was read whole and found sound. Its keys are Sōzu's and some more.
 *
 * @param orders what makes the file's state out of an empty one
 * @param warnings one line for each thing written that has no effect
 */
public record ConfigFile(Settings settings, List<Order.Change> orders, List<String> warnings) {
    private static final long MAX_BYTES = 16 << 20;

    /**
     * Reads a file.
     *
     * @throws ConfigFileException with everything that is wrong, each on a line of its own
     */
    public static ConfigFile load(final Path file) throws ConfigFileException {
        final String text = text(file);
        final Problems problems = new Problems(file.toString());
        final TomlParseResult toml = parse(file, text);
        for (final TomlParseError error : toml.errors()) {
            problems.error(error.position(), oneLine(error.getMessage()));
        }
        problems.throwIfAny();
        final Path directory = file.toAbsolutePath().normalize().getParent();
        final TomlSection top = new TomlSection(toml, TomlPosition.positionAt(1, 1), ConfigKey.Section.TOP,
            ConfigKey.Section.TOP.title(), problems);
        final Settings settings = new SettingsReader(top, directory, problems).read();
        final List<Order.Change> orders = new TrafficReader(top, settings, problems,
            new TlsReader(new MaterialFiles(directory), problems, System.currentTimeMillis() / 1000)).read();
        problems.throwIfAny();
        return new ConfigFile(settings, orders, problems.warnings());
    }

    /** What the parser quotes of the file may hold what a terminal would obey. */
    private static String oneLine(final String message) {
        return message.replaceAll("\\p{Cc}", " ");
    }

    private static TomlParseResult parse(final Path file, final String text) throws ConfigFileException {
        try {
            return Toml.parse(text);
        } catch (final TomlParseError e) {
            // Of the name of a table; elsewhere the parser collects what is wrong.
            throw fault(file + ":" + e.position().line() + ":" + e.position().column() + ": "
                + oneLine(e.getMessage()));
        } catch (final StackOverflowError e) {
            throw fault(file + ": arrays or tables are nested too deeply");
        }
    }

    private static String text(final Path file) throws ConfigFileException {
        try {
            if (Files.isDirectory(file)) {
                throw fault(file + ": is a directory; name the file in it");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw fault(file + ": is larger than " + (MAX_BYTES >> 20) + " MiB");
            }
            return decode(file, Files.readAllBytes(file));
        } catch (final NoSuchFileException e) {
            throw fault(file + ": no such file; name one with -c FILE");
        } catch (final AccessDeniedException e) {
            throw fault(file + ": permission denied; make it readable for the user that runs this");
        } catch (final IOException e) {
            throw fault(file + ": cannot be read: " + e.getMessage());
        }
    }

    private static String decode(final Path file, final byte[] bytes) throws ConfigFileException {
        if (bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB
            && bytes[2] == (byte) 0xBF) {
            throw fault(file + ":1:1: starts with a byte order mark; save it as UTF-8 without one");
        }
        final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        final ByteBuffer in = ByteBuffer.wrap(bytes);
        final CharBuffer out = CharBuffer.allocate(bytes.length);
        final CoderResult result = decoder.decode(in, out, true);
        out.flip();
        if (result.isError()) {
            final long line = 1 + out.chars().filter(c -> c == '\n').count();
            final int column = out.length() - out.toString().lastIndexOf('\n');
            throw fault(file + ":" + line + ":" + column + ": is not UTF-8; save it as UTF-8");
        }
        return out.toString();
    }

    private static ConfigFileException fault(final String problem) {
        return new ConfigFileException(List.of(problem));
    }
}
