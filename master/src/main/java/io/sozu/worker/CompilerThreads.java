package io.sozu.worker;

import io.sozu.bindings.linux.Processes;
import io.sozu.control.Order;
import io.sozu.control.model.ListenerProtocol;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The threads of this process on which the JVM compiles. Once a worker is warm, what is left to compile is no
 * haste, while each millisecond that such a thread has of the worker's processor is one that every client of
 * it waits. A worker that speaks TLS has more to compile than a warm-up gets to: there they go on as before.
 * Control path.
 */
final class CompilerThreads {
    private static final Path TASKS = Path.of("/proc/self/task");
    /** How the names of these threads begin, as far as the kernel keeps them: {@code C2 CompilerThre}. */
    private static final String NAME = "CompilerThre";
    private static final int MOST_WILLING = 19;
    /** Field 19 of proc_pid_stat(5), counted behind the name in parentheses. */
    private static final int NICE_FIELD = 16;

    private boolean secure;
    private boolean yielding;

    /** Looks at an order that a warm worker has obeyed: listeners are added before the first is opened. */
    void obeyed(final Order order) {
        if (order instanceof final Order.AddHttpListener add
                && add.listener().protocol() == ListenerProtocol.HTTPS) {
            secure = true;
            if (yielding) {
                // Needs CAP_SYS_NICE or RLIMIT_NICE; else TLS is slow for longer where processors are short.
                yielding = false;
                setAll(usual());
            }
        } else if (order instanceof Order.ActivateListener && !secure && !yielding) {
            yielding = true;
            setAll(MOST_WILLING);
        }
    }

    /** Returns how willing the other threads are: as the first one. */
    private static int usual() {
        try {
            final String stat = Files.readString(Path.of("/proc/self/stat"));
            return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE_FIELD]);
        } catch (final IOException e) {
            return 0;
        }
    }

    /** Sets how willingly they leave their processor to others; what cannot be changed stays as it is. */
    private static void setAll(final int nice) {
        try (Processes processes = new Processes();
                DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (final Path task : tasks) {
                if (Files.readString(task.resolve("comm")).contains(NAME)) {
                    processes.setNice(Integer.parseInt(task.getFileName().toString()), nice);
                }
            }
        } catch (final IOException e) {
            // A thread that ended meanwhile, or no /proc: the rest goes on compiling as before.
            return;
        }
    }
}
