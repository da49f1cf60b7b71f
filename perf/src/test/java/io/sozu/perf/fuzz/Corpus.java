package io.sozu.perf.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The inputs kept for a target: {@code perf/fuzz/corpus/NAME.txt}, one a line, with {@code \r \n \t \\} and
 * {@code \xHH} for what is no printable ASCII.
 */
final class Corpus {
    private Corpus() {
    }

    static Path file(final Target target) {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(directory.resolve("native-bindings"))) {
            directory = directory.getParent();
        }
        return directory.resolve("perf/fuzz/corpus").resolve(target + ".txt");
    }

    static List<byte[]> read(final Target target) throws IOException {
        final List<byte[]> inputs = new ArrayList<>();
        final Path file = file(target);
        if (Files.exists(file)) {
            for (final String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                inputs.add(input(line));
            }
        }
        return inputs;
    }

    static void write(final Target target, final Collection<String> lines) throws IOException {
        Files.createDirectories(file(target).getParent());
        Files.write(file(target), lines, StandardCharsets.US_ASCII);
    }

    static String line(final byte[] input) {
        final StringBuilder line = new StringBuilder();
        for (final byte one : input) {
            switch (one) {
                case '\r' -> line.append("\\r");
                case '\n' -> line.append("\\n");
                case '\t' -> line.append("\\t");
                case '\\' -> line.append("\\\\");
                default -> {
                    if (one >= ' ' && one < 0x7f) {
                        line.append((char) one);
                    } else {
                        line.append(String.format("\\x%02x", one & 0xff));
                    }
                }
            }
        }
        return line.toString();
    }

    static byte[] input(final String line) {
        final ByteArrayOutputStream input = new ByteArrayOutputStream();
        for (int i = 0; i < line.length(); i++) {
            final char c = line.charAt(i);
            if (c != '\\') {
                input.write(c);
                continue;
            }
            final char escaped = line.charAt(++i);
            switch (escaped) {
                case 'r' -> input.write('\r');
                case 'n' -> input.write('\n');
                case 't' -> input.write('\t');
                case 'x' -> {
                    input.write(Integer.parseInt(line.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> input.write(escaped);
            }
        }
        return input.toByteArray();
    }
}
