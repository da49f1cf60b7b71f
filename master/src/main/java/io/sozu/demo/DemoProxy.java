package io.sozu.demo;

import io.sozu.bindings.openssl.OpenSsl;
import io.sozu.bindings.openssl.OpenSslException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A master and its workers before small backends of this process, in a directory of their own under {@code
 * /tmp}.
 */
final class DemoProxy implements AutoCloseable {
    private static final String MAIN = "io.sozu.master.MasterMain";
    private static final int PATIENCE_SECONDS = 60;
    private static final int POLL_MILLIS = 50;
    private static final int DRAIN_SECONDS = 35;

    private final Path directory;
    private final String address;
    private final int securePort;
    private final String library;
    private final DemoCertificate certificate;
    private final String withoutTls;
    private final List<DemoBackend> backends = new ArrayList<>();
    private Process master;

    /**
     * Starts backends and a master.
     *
     * @param port where the proxy listens on loopback
     * @param securePort where it does so for HTTPS, if there is an OpenSSL
     * @param library the file of libssl, empty for the system's
     * @throws IOException when a file cannot be written or a process not be started
     */
    DemoProxy(final int port, final int securePort, final String library, final int workers,
            final int servers) throws IOException {
        directory = Files.createTempDirectory("sozu-demo-");
        address = "127.0.0.1:" + port;
        this.securePort = securePort;
        this.library = library;
        DemoCertificate made = null;
        String reason = "";
        try {
            made = DemoCertificate.make(OpenSsl.load(library), directory);
        } catch (final OpenSslException e) {
            reason = e.getMessage();
        }
        certificate = made;
        withoutTls = reason;
        for (int i = 1; i <= servers; i++) {
            backends.add(DemoBackend.start("web-" + i));
        }
        Files.writeString(config(), text(workers));
        startMaster();
    }

    /** Where clients find it, with the port. */
    String address() {
        return address;
    }

    /** Where clients of HTTPS find it, by a name of its certificate. */
    String secureUrl() {
        return "https://localhost:" + securePort + "/";
    }

    /** What clients of HTTPS are to believe, null without HTTPS. */
    Path certificate() {
        return certificate == null ? null : certificate.certificate();
    }

    /** Why there is no HTTPS, empty when there is. */
    String withoutTls() {
        return withoutTls;
    }

    List<DemoBackend> backends() {
        return backends;
    }

    Process master() {
        return master;
    }

    Path config() {
        return directory.resolve("config.toml");
    }

    Path log() {
        return directory.resolve("master.log");
    }

    /**
     * Waits until a request comes back through the proxy; false when the master ended before, or it takes too
     * long.
     */
    boolean answers() throws InterruptedException {
        final long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < endNanos) {
            if (master.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
            if (status() == HttpURLConnection.HTTP_OK) {
                return true;
            }
        }
        return false;
    }

    /**
     * Stops everything and removes the directory.
     *
     * @param graceMillis how long the master may take to end by itself before it is told to
     */
    void stop(final long graceMillis) {
        final List<ProcessHandle> workers = master.descendants().toList();
        try {
            if (!master.waitFor(graceMillis, TimeUnit.MILLISECONDS)) {
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
        backends.forEach(DemoBackend::close);
        try (Stream<Path> files = Files.list(directory)) {
            for (final Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (final IOException e) {
            System.err.println("sozu: " + directory + " could not be removed: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        stop(0);
    }

    private void startMaster() throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(System.getProperty("sozu.demo.cache", ""));
        command.addAll(List.of(System.getProperty("sozu.demo.flags", "").split("\\s+")));
        final String archive = System.getProperty("sozu.aot.worker", "");
        command.add(archive.isEmpty() ? "" : "-Dsozu.aot.worker=" + archive);
        command.addAll(DemoProxy.class.getModule().isNamed()
                ? List.of("--module-path", System.getProperty("jdk.module.path"), "-m",
                        "io.sozu.master/" + MAIN)
                : List.of("-cp", System.getProperty("java.class.path"), MAIN));
        command.addAll(List.of("start", "-c", config().toString()));
        command.removeIf(String::isEmpty);
        master = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log().toFile()).start();
        master.getOutputStream().close();
    }

    private String text(final int workers) {
        final StringBuilder text = new StringBuilder();
        text.append("command_socket = \"sozu.sock\"\nworker_count = ").append(workers)
                .append("\nmax_connections = 1000\n");
        if (certificate != null && !library.isEmpty()) {
            text.append(key("ssl_library", library));
        }
        final StringBuilder frontends = new StringBuilder();
        listener(text, frontends, "http", address);
        if (certificate != null) {
            listener(text, frontends, "https", "127.0.0.1:" + securePort);
            text.append(key("certificate", certificate.certificate())).append(key("key", certificate.key()));
        }
        text.append("\n[clusters.web]\nprotocol = \"http\"\nfrontends = [\n").append(frontends)
                .append("]\nbackends = [\n");
        for (final DemoBackend backend : backends) {
            text.append("    { backend_id = \"").append(backend.id()).append("\", address = \"")
                    .append(backend.address()).append("\" },\n");
        }
        return text.append("]\n").toString();
    }

    private static void listener(final StringBuilder text, final StringBuilder frontends,
            final String protocol, final String address) {
        text.append("\n[[listeners]]\n").append(key("protocol", protocol)).append(key("address", address));
        frontends.append("    { address = \"").append(address).append("\", hostname = \"*\" },\n");
    }

    private static String key(final String name, final Object value) {
        return name + " = \"" + value + "\"\n";
    }

    private int status() {
        try {
            final HttpURLConnection connection =
                    (HttpURLConnection) URI.create("http://" + address + "/").toURL().openConnection();
            connection.setReadTimeout(POLL_MILLIS * 20);
            final int status = connection.getResponseCode();
            connection.disconnect();
            return status;
        } catch (final IOException e) {
            return 0; // nobody listens yet
        }
    }
}
