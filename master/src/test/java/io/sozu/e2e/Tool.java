package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of others as a client, run to its end. */
record Tool(Path directory, List<String> command) {
    /** How a run ended, and all that it wrote. */
    record Run(int exitCode, String text) {
    }

    /** Returns curl, which finds these hosts at a port of loopback. */
    static Tool curl(final Path directory, final int port, final String... hosts) {
        final List<String> command = new ArrayList<>(List.of("curl", "--max-time", "20", "--noproxy", "*"));
        for (final String host : hosts) {
            command.addAll(List.of("--resolve", host + ":" + port + ":127.0.0.1"));
        }
        return new Tool(directory, command);
    }

    /** Returns openssl's client, at a port of loopback. */
    static Tool client(final Path directory, final int port) {
        return new Tool(directory, List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
    }

    /** Returns the same with more arguments in every run. */
    Tool with(final String... arguments) {
        final List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        return new Tool(directory, all);
    }

    /** Runs it with these arguments and no input. */
    Run run(final String... arguments) throws IOException, InterruptedException {
        return feed("", arguments);
    }

    /** Runs it with these arguments and this input. */
    Run feed(final String latin1, final String... arguments) throws IOException, InterruptedException {
        final Path output = Files.createTempFile(directory, "output", "");
        final Path input = Files.writeString(Files.createTempFile(directory, "input", ""), latin1,
                ISO_8859_1);
        final Process process = new ProcessBuilder(with(arguments).command).redirectErrorStream(true)
                .redirectInput(input.toFile()).redirectOutput(output.toFile()).start();
        try {
            assertTrue(process.waitFor(30, TimeUnit.SECONDS), () -> process.info() + " ends");
            return new Run(process.exitValue(), Files.readString(output, ISO_8859_1));
        } finally {
            process.destroyForcibly();
        }
    }
}
