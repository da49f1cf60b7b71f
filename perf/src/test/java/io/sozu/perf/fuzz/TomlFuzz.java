package io.sozu.perf.fuzz;

import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import io.sozu.master.state.ConfigFile;
import io.sozu.master.state.ConfigFileException;
import io.sozu.master.state.ConfigState;
import io.sozu.master.state.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Configuration files: refused by lines of text that name the file, or sound: their orders make a state, and
 * survive their journey to a worker.
 */
public final class TomlFuzz {
    private static final int MAX_BYTES = 64 << 10;
    private static final long LIMIT_NANOS = 10_000_000_000L;
    private static final Path FILE = file();

    static {
        // The library asserts what its grammar does not hold; a proxy runs without assertions.
        TomlFuzz.class.getClassLoader().setPackageAssertionStatus("org.tomlj", false);
    }

    private TomlFuzz() {
    }

    private static Path file() {
        try {
            final Path file = Files.createTempFile("fuzz", ".toml");
            file.toFile().deleteOnExit();
            return file;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes one input. */
    public static void fuzzerTestOneInput(final byte[] input) throws IOException {
        if (input.length > MAX_BYTES) {
            return;
        }
        Files.write(FILE, input);
        final long startedNanos = System.nanoTime();
        try {
            check(ConfigFile.load(FILE));
        } catch (final ConfigFileException e) {
            Oracle.check(!e.problems().isEmpty() && e.problems().size() <= 51, () -> e.problems().toString());
            e.problems().forEach(TomlFuzz::checkLine);
        }
        Oracle.inTime(startedNanos, LIMIT_NANOS, () -> "the file");
    }

    private static void checkLine(final String line) {
        Oracle.check(line.startsWith(FILE + ":") && line.chars().noneMatch(Character::isISOControl),
                () -> "not a line about the file: " + line);
    }

    private static void check(final ConfigFile file) {
        file.warnings().forEach(TomlFuzz::checkLine);
        final ConfigState state = new ConfigState();
        final ConfigState sent = new ConfigState();
        try {
            for (final Order.Change order : file.orders()) {
                state.apply(order);
                final Order received = OrderJson.readOrder(OrderJson.toJson(order));
                Oracle.same(order, received, () -> "sent and received");
                sent.apply((Order.Change) received);
            }
        } catch (final RefusedException | OrderException e) {
            throw new AssertionError("a sound file's order is refused", e);
        }
        Oracle.same(state, sent, () -> "the states");
    }
}
