package io.sozu.perf.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The modules on disk: their sources, and the classes compiled from them. */
final class House {
    /** In dependency order, bottom first. */
    static final List<String> MODULES = List.of("native-bindings", "eventloop", "sessions", "protocols",
            "ctl", "master", "perf");

    private final Path root;

    private House(final Path root) {
        this.root = root;
    }

    /** The project a test of this module runs in. */
    static House here() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(directory.resolve("native-bindings"))) {
            directory = directory.getParent();
        }
        return new House(directory);
    }

    /** All classes of the modules' main sources; neither generated ones, nor leftovers of old builds. */
    List<ClassFacts> classes() {
        final List<ClassFacts> classes = new ArrayList<>();
        for (final String module : MODULES) {
            final Path sources = root.resolve(module).resolve("src/main/java");
            for (final Path file : filesUnder(root.resolve(module).resolve("target/classes"), ".class")) {
                if (!file.endsWith("module-info.class")) {
                    final ClassFacts facts = ClassFactsReader.read(bytesOf(file));
                    final String directory = facts.packageName().replace('.', '/');
                    if (Files.exists(sources.resolve(directory).resolve(facts.sourceFile()))) {
                        classes.add(facts);
                    }
                }
            }
        }
        return classes;
    }

    /** The written sources of all modules. */
    List<Path> mainSources() {
        return sources("src/main/java");
    }

    /** The sources of all modules' tests. */
    List<Path> testSources() {
        return sources("src/test/java");
    }

    private List<Path> sources(final String directory) {
        final List<Path> sources = new ArrayList<>();
        for (final String module : MODULES) {
            sources.addAll(filesUnder(root.resolve(module).resolve(directory), ".java"));
        }
        return sources;
    }

    private static List<Path> filesUnder(final Path directory, final String ending) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytesOf(final Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
