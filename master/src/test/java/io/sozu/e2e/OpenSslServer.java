package io.sozu.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server of the program openssl: it answers each request by what it knows of its connection. */
final class OpenSslServer implements AutoCloseable {
    private static final Pattern LISTENS = Pattern.compile("ACCEPT .*:([0-9]+)");
    private final Process process;
    private final Path output;
    private int port;

    private OpenSslServer(final Process process, final Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts it on a free port of loopback. */
    static OpenSslServer start(final Path directory, final String certificate, final String key)
            throws IOException {
        final Path output = Files.createTempFile(directory, "server", "");
        final OpenSslServer server = new OpenSslServer(new ProcessBuilder(List.of("openssl", "s_server",
                "-accept", "127.0.0.1:0", "-www", "-cert", certificate, "-key", key))
                .redirectErrorStream(true).redirectOutput(output.toFile()).start(), output);
        Await.until(() -> "openssl listens\n" + server.said(), Await.PATIENCE, server::listens);
        return server;
    }

    private String said() {
        try {
            return Files.readString(output);
        } catch (final IOException e) {
            return e.toString();
        }
    }

    private boolean listens() {
        final Matcher matcher = LISTENS.matcher(said());
        if (matcher.find()) {
            port = Integer.parseInt(matcher.group(1));
        }
        return port != 0;
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
