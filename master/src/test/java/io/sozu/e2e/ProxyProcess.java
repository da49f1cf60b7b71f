package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A master started as an operator starts it, with its workers, in a directory of its own. */
final class ProxyProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(40);

    private final ProxyConfig config;
    private final Path directory;
    private final Path log;
    private final Process master;
    private final Set<Long> everSeen = new LinkedHashSet<>();
    private final Thread onExit = new Thread(this::killAll);

    private ProxyProcess(final ProxyConfig config, final List<String> prefix) throws IOException {
        this.config = config;
        this.directory = Files.createTempDirectory("sozu-e2e");
        this.log = directory.resolve("output.log");
        final Path file = directory.resolve("config.toml");
        Files.writeString(file, config.toml(commandSocket()));
        this.master = launch(prefix, file, log);
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /** Starts a proxy and returns when the command socket answers and every worker runs. */
    static ProxyProcess start(final ProxyConfig config) throws IOException {
        return start(config, List.of());
    }

    /** As {@link #start(ProxyConfig)}, under a command such as {@code prlimit --nofile=256}. */
    static ProxyProcess start(final ProxyConfig config, final List<String> prefix) throws IOException {
        final ProxyProcess proxy = new ProxyProcess(config, prefix);
        try {
            Await.until(() -> "the proxy is ready\n" + proxy.logs(), START_LIMIT, proxy::readyOrDead);
            if (!proxy.master.isAlive()) {
                throw new AssertionError("the master left at once\n" + proxy.logs());
            }
            return proxy;
        } catch (Throwable e) {
            proxy.close();
            throw e;
        }
    }

    /**
     * Starts a master on {@code file} with its output in {@code log}; nothing is waited for. Its memory is
     * managed as the launcher has it.
     */
    static Process launch(final List<String> prefix, final Path file, final Path log) throws IOException {
        final List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-ea", "-Dsozu.worker.flags=-ea -Dsozu.warmup=500",
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms16m", "-Xmx2g",
                "-XX:-ShrinkHeapInSteps", "-XX:MinHeapFreeRatio=20", "-XX:MaxHeapFreeRatio=40",
                "-XX:TrimNativeHeapInterval=10000", "-XX:TieredStopAtLevel=1", "-cp", classPath(),
                "io.sozu.master.MasterMain", "start", "-c", file.toString()));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile())
                .directory(file.getParent().toFile()).start();
    }

    int port() {
        return config.port();
    }

    RawClient client() throws IOException {
        return new RawClient(port());
    }

    Ctl ctl() throws IOException {
        return new Ctl(commandSocket());
    }

    Path commandSocket() {
        return directory.resolve("sozu.sock");
    }

    long masterPid() {
        return master.pid();
    }

    Process master() {
        return master;
    }

    /** Pids of the living workers, by slot. */
    List<Long> workers() throws IOException {
        final List<Long> pids = new ArrayList<>();
        try (Ctl ctl = ctl()) {
            for (final JsonNode worker : runningWorkers(ctl)) {
                pids.add(worker.path("pid").asLong());
            }
        }
        everSeen.addAll(pids);
        return pids;
    }

    /**
     * Waits until the workers say that they hold nothing of any client; none of them may have broken a
     * session.
     */
    void awaitRest() {
        Await.until(() -> "no session or exchange is left, none was broken\n" + logs(), Await.PATIENCE,
                () -> counter("client.connections") == 0 && counter("http.active_requests") == 0);
        try {
            assertEquals(0, counter("sessions.broken"), this::logs);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A counter summed over the workers; a worker that has not told its counters yet makes it endless. */
    long counter(final String name) throws IOException {
        long sum = 0;
        try (Ctl ctl = ctl()) {
            for (final JsonNode worker : ctl.ask("STATUS").path("content").path("data")) {
                sum += worker.path(name).asLong(Integer.MAX_VALUE);
            }
        }
        return sum;
    }

    /** Waits until as many workers run as the configuration asks for, none of them {@code formerPid}. */
    void awaitAllWorkersBut(final long formerPid) {
        Await.until(() -> "all workers run again\n" + logs(), START_LIMIT, () -> {
            final List<Long> pids = workers();
            return pids.size() == config.workerCount() && !pids.contains(formerPid);
        });
    }

    /** Sends {@code signal} (a name such as KILL) to one process. */
    static void signal(final String signal, final long pid) throws IOException {
        try {
            final Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
            if (kill.waitFor() != 0) {
                throw new IOException("kill -" + signal + " " + pid + " failed");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Asks the master to stop gracefully and returns its exit code. */
    int stop(final Duration limit) throws IOException {
        signal("TERM", master.pid());
        return awaitExit(limit);
    }

    int awaitExit(final Duration limit) {
        try {
            if (!master.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the master still runs after " + limit + "\n" + logs());
            }
            return master.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    String logs() {
        try {
            final String text = Files.readString(log, UTF_8);
            return "--- output of the proxy\n"
                    + (text.length() > 20_000 ? text.substring(text.length() - 20_000) : text);
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    @Override
    public void close() {
        if (master.isAlive()) {
            master.destroy();
            try {
                master.waitFor(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        killAll();
        Runtime.getRuntime().removeShutdownHook(onExit);
        deleteDirectory();
    }

    /** Everything this proxy started, orphans too: they name its directory in their command line. */
    List<Long> livingProcesses() throws IOException {
        final Set<Long> pids = new LinkedHashSet<>();
        ProcessHandle.of(master.pid()).ifPresent(handle -> handle.descendants()
                .forEach(one -> pids.add(one.pid())));
        pids.addAll(ProcFs.withArgument(directory.toString()));
        everSeen.stream().filter(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                .forEach(pids::add);
        return List.copyOf(pids);
    }

    private void killAll() {
        try {
            for (final long pid : livingProcesses()) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
            master.destroyForcibly();
        } catch (IOException e) {
            master.destroyForcibly();
        }
    }

    private boolean readyOrDead() {
        if (!master.isAlive()) {
            return true;
        }
        if (!Files.exists(commandSocket())) {
            return false;
        }
        try {
            return workers().size() == config.workerCount();
        } catch (IOException e) {
            return false;
        }
    }

    private static List<JsonNode> runningWorkers(final Ctl ctl) throws IOException {
        final List<JsonNode> running = new ArrayList<>();
        for (final JsonNode worker : ctl.ask("LIST_WORKERS").path("content").path("data")) {
            if (worker.path("run_state").asText().equals("RUNNING") && !worker.path("spare").asBoolean()) {
                running.add(worker);
            }
        }
        return running;
    }

    /** The class path of this test; the master gives the same to its workers. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private void deleteDirectory() {
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            System.err.println("left behind: " + directory);
        }
    }
}
