package io.sozu.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts three backends in this process and a master beside it, says what can be tried, and stops all of it
 * when this process is told to stop.
 */
public final class DemoMain {
    private static final int BACKENDS = 3;
    private static final int FIRST_PORT = 8080;
    private static final int PORTS = 100;
    private static final int PATIENCE_SECONDS = 60;
    private static final int POLL_MILLIS = 50;
    private static final int DRAIN_SECONDS = 20;

    private final PrintStream out;
    private final Path directory;
    private final List<DemoBackend> backends = new ArrayList<>();
    private final String proxy;
    private Process master;
    private volatile boolean stopping;

    private DemoMain(final PrintStream out) throws IOException {
        this.out = out;
        this.directory = Files.createTempDirectory("sozu-demo-");
        for (int i = 1; i <= BACKENDS; i++) {
            backends.add(DemoBackend.start("web-" + i));
        }
        this.proxy = "127.0.0.1:" + freePort(out);
    }

    /** Runs the demonstration until SIGINT or SIGTERM; ends with 1 when the master does not start. */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        final DemoMain demo = new DemoMain(System.out);
        Runtime.getRuntime().addShutdownHook(new Thread(demo::stop));
        demo.startMaster();
        if (demo.answers()) {
            demo.explain();
            demo.master.waitFor();
        }
        if (demo.stopping) {
            return; // the hook says the rest
        }
        System.err.println("sozu: the master ended by itself with " + demo.master.waitFor() + "; its log:");
        Files.readAllLines(demo.log()).forEach(System.err::println);
        System.exit(1);
    }

    private void startMaster() throws IOException {
        final Path config = directory.resolve("config.toml");
        Files.writeString(config, config());
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("sozu.demo.flags", "").split("\\s+")));
        final String archive = System.getProperty("sozu.aot.worker", "");
        command.add(archive.isEmpty() ? "" : "-Dsozu.aot.worker=" + archive);
        command.addAll(List.of("--module-path", System.getProperty("jdk.module.path"), "-m",
                "io.sozu.master/io.sozu.master.MasterMain", "start", "-c", config.toString()));
        command.removeIf(String::isEmpty);
        master = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log().toFile()).start();
        master.getOutputStream().close();
    }

    private String config() {
        final StringBuilder text = new StringBuilder();
        text.append("command_socket = \"sozu.sock\"\nworker_count = 2\nmax_connections = 1000\n\n");
        text.append("[[listeners]]\nprotocol = \"http\"\naddress = \"").append(proxy).append("\"\n\n");
        text.append("[clusters.web]\nprotocol = \"http\"\n");
        text.append("frontends = [{ address = \"").append(proxy).append("\", hostname = \"*\" }]\n");
        text.append("backends = [\n");
        for (final DemoBackend backend : backends) {
            text.append("    { backend_id = \"").append(backend.id()).append("\", address = \"")
                    .append(backend.address()).append("\" },\n");
        }
        return text.append("]\n").toString();
    }

    /** Waits until a request comes back through the proxy; false when the master ended before. */
    private boolean answers() throws InterruptedException {
        final long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < endNanos) {
            if (master.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
            if (status() == HttpURLConnection.HTTP_OK) {
                return true;
            }
        }
        master.destroy();
        return false;
    }

    private int status() {
        try {
            final HttpURLConnection connection =
                    (HttpURLConnection) URI.create("http://" + proxy + "/").toURL().openConnection();
            connection.setReadTimeout(POLL_MILLIS * 20);
            final int status = connection.getResponseCode();
            connection.disconnect();
            return status;
        } catch (final IOException e) {
            return 0; // nobody listens yet
        }
    }

    private void explain() {
        final String ctl = System.getProperty("sozu.ctl", "bin/sozuctl") + " -c "
                + directory.resolve("config.toml");
        final DemoBackend second = backends.get(1);
        final String backend = " -i web --backend-id " + second.id() + " -a " + second.address();
        out.println();
        out.println("A proxy runs on http://" + proxy + "/ (master " + master.pid() + ", workers "
                + String.join(" ", master.children().map(child -> Long.toString(child.pid())).toList())
                + "),");
        out.println("before " + String.join(", ", backends.stream()
                .map(each -> each.id() + " on " + each.address()).toList()) + ".");
        out.println();
        out.println("To try in another terminal:");
        out.println("  curl -i http://" + proxy + "/hello");
        out.println("  " + ctl + " status");
        out.println("  while curl -sS --fail http://" + proxy
                + "/; do sleep 0.1; done      # and while it runs:");
        out.println("  " + ctl + " backend remove" + backend);
        out.println("  " + ctl + " backend add" + backend);
        out.println();
        out.println("The log is in " + log() + ". Ctrl-C stops everything and removes it.");
        out.flush();
    }

    /**
     * Runs when this process ends. Ctrl-C reaches the master too: it is asked again only when it did not
     * hear.
     */
    private void stop() {
        stopping = true;
        if (master != null) {
            final List<ProcessHandle> workers = master.descendants().toList();
            try {
                if (!master.waitFor(1, TimeUnit.SECONDS)) {
                    master.destroy();
                    master.waitFor(DRAIN_SECONDS, TimeUnit.SECONDS);
                }
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (master.isAlive()) {
                master.destroyForcibly();
                workers.forEach(ProcessHandle::destroyForcibly);
            }
        }
        backends.forEach(DemoBackend::close);
        try (Stream<Path> files = Files.list(directory)) {
            for (final Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (final IOException e) {
            System.err.println("sozu: " + directory + " could not be removed: " + e.getMessage());
        }
        out.println("Stopped.");
        out.flush();
    }

    private Path log() {
        return directory.resolve("master.log");
    }

    private static int freePort(final PrintStream out) throws IOException {
        for (int port = FIRST_PORT; port < FIRST_PORT + PORTS; port++) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (final IOException e) {
                out.println("Port " + port + " is taken, trying the next one.");
            }
        }
        throw new IOException("no port from " + FIRST_PORT + " on is free");
    }
}
