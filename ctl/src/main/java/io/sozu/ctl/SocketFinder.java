package io.sozu.ctl;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what the command line needs of a configuration file: where the master listens and how long to wait.
 *
 * <p>Both are keys of the top level, one line each, so the lines before the first table are looked at one by
 * one: reading all of the file's grammar would take longer than the order itself.
 */
final class SocketFinder {
    /** Where the master listens when its file does not say, relative to the file. */
    static final String DEFAULT_SOCKET = "sozu.sock";

    private static final Pattern KEY =
        Pattern.compile("\\s*(?:\"(\\w+)\"|'(\\w+)'|(\\w+))\\s*=\\s*(.*?)\\s*");
    private static final Pattern TEXT = Pattern.compile("(?:\"([^\"\\\\]+)\"|'([^']+)')\\s*(?:#.*)?");
    private static final Pattern NUMBER = Pattern.compile("(\\d[\\d_]{0,9})\\s*(?:#.*)?");

    private SocketFinder() {
    }

    /**
     * What a file says of its master.
     *
     * @param socket where it listens
     * @param timeoutMillis how long to wait for an answer, negative when the file does not say
     */
    record Found(Path socket, long timeoutMillis) {
    }

    /**
     * Reads a configuration file.
     *
     * @throws CtlException when it cannot be read, or says it in a way that is not understood here
     */
    static Found find(final Path file) throws CtlException {
        String socket = DEFAULT_SOCKET;
        long timeoutMillis = -1;
        for (final String line : lines(file)) {
            if (line.stripLeading().startsWith("[")) {
                break;
            }
            final Matcher key = KEY.matcher(line);
            if (key.matches()) {
                final String name = key.group(1) != null ? key.group(1)
                    : key.group(2) != null ? key.group(2) : key.group(3);
                if (name.equals("command_socket")) {
                    socket = value(file, name, TEXT.matcher(key.group(4)));
                } else if (name.equals("ctl_command_timeout")) {
                    timeoutMillis =
                        Long.parseLong(value(file, name, NUMBER.matcher(key.group(4))).replace("_", ""));
                }
            }
        }
        return new Found(file.toAbsolutePath().resolveSibling(socket).normalize(), timeoutMillis);
    }

    private static List<String> lines(final Path file) throws CtlException {
        try {
            return Files.readAllLines(file);
        } catch (final NoSuchFileException e) {
            throw new CtlException(ExitCode.USAGE, "there is no file " + file + "; check the path after -c");
        } catch (final MalformedInputException e) {
            throw new CtlException(ExitCode.USAGE, file + " is not UTF-8 text");
        } catch (final IOException e) {
            throw new CtlException(ExitCode.USAGE, file + " cannot be read: " + e.getMessage());
        }
    }

    private static String value(final Path file, final String name, final Matcher value) throws CtlException {
        if (!value.matches()) {
            throw new CtlException(ExitCode.USAGE, "the value of " + name + " in " + file
                + " is not understood; write it on one line, or give the socket with --socket");
        }
        return value.group(1) != null ? value.group(1) : value.group(2);
    }
}
