package io.sozu.perf.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What perf/fuzz.sh asks about targets and their corpora. */
final class FuzzMain {
    /** What is kept of one target; what is shorter is kept first. */
    private static final int MAX_CORPUS_CHARS = 60_000;
    private static final int MAX_LINE_CHARS = 2_000;

    private FuzzMain() {
    }

    public static void main(final String[] args) throws IOException {
        switch (args[0]) {
            case "list" -> Arrays.stream(Target.values()).forEach(System.out::println);
            case "class" -> System.out.println(Target.of(args[1]).className());
            case "unpack" -> unpack(Target.of(args[1]), Path.of(args[2]));
            case "pack" -> pack(Target.of(args[1]), Path.of(args[2]));
            case "line" -> System.out.println(Corpus.line(Files.readAllBytes(Path.of(args[1]))));
            case "cousins" -> {
                final Target target = Target.of(args[1]);
                final List<byte[]> seeds = Seeds.of(target);
                seeds.forEach(target::take);
                final Cousins cousins = new Cousins(seeds, Long.parseLong(args[3]));
                for (int i = Integer.parseInt(args[2]); i > 0; i--) {
                    target.take(cousins.next());
                }
            }
            case "replay" -> {
                Target.of(args[1]).take(Files.readAllBytes(Path.of(args[2])));
                System.out.println(args[1] + " stands it");
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** Writes each seed into a file of its own. */
    private static void unpack(final Target target, final Path directory) throws IOException {
        int number = 0;
        for (final byte[] seed : Seeds.of(target)) {
            Files.write(directory.resolve("seed-" + HexFormat.of().toHexDigits((short) number++)), seed);
        }
    }

    /** Keeps what stands there and, the shortest first, what the fuzzer found to reach something new. */
    private static void pack(final Target target, final Path directory) throws IOException {
        final Set<String> lines = new LinkedHashSet<>();
        for (final byte[] kept : Corpus.read(target)) {
            lines.add(Corpus.line(kept));
        }
        int chars = lines.stream().mapToInt(String::length).sum();
        for (final String line : found(directory)) {
            final boolean fits = line.length() <= MAX_LINE_CHARS && chars + line.length() <= MAX_CORPUS_CHARS;
            if (fits && lines.add(line)) {
                chars += line.length();
            }
        }
        Corpus.write(target, lines);
        System.out.println(Corpus.file(target) + ": " + lines.size() + " inputs");
    }

    private static List<String> found(final Path directory) throws IOException {
        final List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (final Path file : files.filter(one -> !one.getFileName().toString().startsWith("seed-"))
                    .toList()) {
                found.add(Corpus.line(Files.readAllBytes(file)));
            }
        }
        found.sort(Comparator.comparingInt(String::length).thenComparing(line -> line));
        return found;
    }
}
