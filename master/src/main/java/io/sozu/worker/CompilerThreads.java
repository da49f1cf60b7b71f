package io.sozu.worker;

import io.sozu.bindings.linux.Processes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The threads of this process on which the JVM compiles. Once a worker is warm, what is left to compile is no
 * haste, while each millisecond that such a thread has of the worker's processor is one that every client of
 * it waits.
 */
final class CompilerThreads {
    private static final Path TASKS = Path.of("/proc/self/task");
    /** How the names of these threads begin, as far as the kernel keeps them: {@code C2 CompilerThre}. */
    private static final String NAME = "CompilerThre";
    private static final int MOST_WILLING = 19;

    private CompilerThreads() {
    }

    /**
     * Lets every other thread go first from now on; what cannot be changed stays as it is.
     *
     * @return how many threads there are that do
     */
    static int yieldToOthers() {
        int count = 0;
        try (Processes processes = new Processes();
                DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (final Path task : tasks) {
                if (Files.readString(task.resolve("comm")).contains(NAME)
                        && processes.setNice(Integer.parseInt(task.getFileName().toString()), MOST_WILLING)
                        == 0) {
                    count++;
                }
            }
        } catch (final IOException e) {
            // A thread that ended meanwhile, or no /proc: compiling goes on as before.
            return count;
        }
        return count;
    }
}
