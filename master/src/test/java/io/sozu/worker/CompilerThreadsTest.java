package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A JVM of its own lets its threads go first that do not compile. */
final class CompilerThreadsTest {
    /** Field 19 of proc_pid_stat(5), counted behind the name in parentheses. */
    private static final int NICE = 16;

    /** Tells how willing each thread that compiles is, and the main one last. */
    static final class Main {
        private Main() {
        }

        /** Prints the count that was returned, then the figures. */
        public static void main(final String[] arguments) throws IOException {
            System.out.println(CompilerThreads.yieldToOthers());
            final List<Path> tasks = new ArrayList<>();
            try (Stream<Path> all = Files.list(Path.of("/proc/self/task"))) {
                all.forEach(tasks::add);
            }
            for (final Path task : tasks) {
                final String stat = Files.readString(task.resolve("stat"));
                final String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
                final String nice = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE];
                System.out.println(name.contains("Compiler") + " " + nice);
            }
        }
    }

    @Test
    void shouldChangeThoseThatCompileAndNoOthers() throws IOException, InterruptedException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "skipped: no /proc");
        final Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()).redirectErrorStream(true).start();
        final List<String> lines;
        try (var reader = process.inputReader()) {
            lines = reader.lines().toList();
        }
        assertEquals(0, process.waitFor(), lines::toString);
        final long changed = lines.stream().filter("true 19"::equals).count();
        assertEquals(Integer.parseInt(lines.getFirst()), changed, lines::toString);
        assertTrue(changed > 0, lines::toString);
        assertTrue(lines.stream().noneMatch("false 19"::equals), lines::toString);
        assertTrue(lines.stream().noneMatch("true 0"::equals), lines::toString);
    }
}
