package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sozu.control.Order;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerProtocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A JVM of its own lets its threads go first that do not compile. */
final class CompilerThreadsTest {
    /** Field 19 of proc_pid_stat(5), counted behind the name in parentheses. */
    private static final int NICE = 16;

    /** Obeys the orders whose names it is given; tells how willing each thread is then. */
    static final class Main {
        private Main() {
        }

        /** Prints a line for each thread: whether it compiles, and the figure. */
        public static void main(final String[] arguments) throws IOException {
            final CompilerThreads threads = new CompilerThreads();
            final InetSocketAddress address = new InetSocketAddress("127.0.0.1", 443);
            for (final String name : arguments) {
                threads.obeyed(switch (name) {
                    case "http" -> new Order.AddHttpListener(ListenerConfig.http(address));
                    case "https" -> new Order.AddHttpListener(ListenerConfig.https(address));
                    default -> new Order.ActivateListener(address, ListenerProtocol.HTTP, true, 0);
                });
            }
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

    @ParameterizedTest
    @CsvSource({"http, false", "http open, true", "https open, false", "http https open open, false"})
    void shouldLetOthersGoFirstOnceAWorkerServesInTheClear(final String orders, final boolean yielding)
            throws IOException, InterruptedException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "skipped: no /proc");
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(orders.split(" ")));
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        final List<String> lines;
        try (var reader = process.inputReader()) {
            lines = reader.lines().toList();
        }
        assertEquals(0, process.waitFor(), lines::toString);
        final Set<String> compiling = nices(lines, "true ");
        final Set<String> others = nices(lines, "false ");
        assertEquals(1, others.size(), lines::toString);
        assertEquals(yielding ? Set.of("19") : others, compiling, lines::toString);
    }

    private static Set<String> nices(final List<String> lines, final String prefix) {
        return lines.stream().filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length())).collect(Collectors.toSet());
    }
}
