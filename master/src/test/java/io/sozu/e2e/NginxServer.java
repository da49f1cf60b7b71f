package io.sozu.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The program nginx as a server of tests, in a directory of its own; its access log is what a test wants. */
final class NginxServer implements AutoCloseable {
    private static final List<String> PLACES = List.of("/usr/sbin/nginx", "/usr/bin/nginx",
            "/usr/local/sbin/nginx");
    private static final String SETTINGS = """
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log error.log info;
        events { worker_connections 64; }
        http {
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            log_format test '%s';
            access_log access.log test;
        %s
        }
        """;
    private final Process process;
    private final Path directory;

    private NginxServer(final Process process, final Path directory) {
        this.process = process;
        this.directory = directory;
    }

    /** Returns where the program is, or null. */
    static String program() {
        return PLACES.stream().filter(each -> Files.isExecutable(Path.of(each))).findFirst().orElse(null);
    }

    /**
     * Starts it and returns when it listens.
     *
     * @param logFormat what it writes of each request
     * @param servers its blocks {@code server}
     * @param ports those that they listen at, on loopback
     */
    static NginxServer start(final Path directory, final String logFormat, final String servers,
            final int... ports) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("nginx.conf"), SETTINGS.formatted(logFormat, servers));
        final NginxServer nginx = new NginxServer(new ProcessBuilder(program(), "-p", directory.toString(),
                "-e", "error.log", "-c", "nginx.conf").redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.log").toFile()).start(), directory);
        for (final int port : ports) {
            Await.until(() -> "nginx listens at " + port + "\n" + nginx.said("output.log")
                    + nginx.said("error.log"), Await.PATIENCE, () -> listens(port));
        }
        return nginx;
    }

    private static boolean listens(final int port) {
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (final IOException e) {
            return false;
        }
    }

    private String said(final String file) {
        try {
            return Files.exists(directory.resolve(file)) ? Files.readString(directory.resolve(file)) : "";
        } catch (final IOException e) {
            return e.toString();
        }
    }

    /** Returns what it has logged of requests, a line each. */
    List<String> log() {
        return said("access.log").lines().toList();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
