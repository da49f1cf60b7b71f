package io.sozu.eventloop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a main class of the tests in a JVM of its own. */
public final class ChildJvm {
    private ChildJvm() {
    }

    /** Starts it with the tests' class path and flags and some more; the caller ends it. */
    public static Process start(final Class<?> main, final String... flags) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-ea", "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(flags));
        command.add(main.getName());
        return new ProcessBuilder(command).start();
    }
}
