package io.sozu.master;

import io.sozu.control.Envelope;
import io.sozu.control.Frame;
import io.sozu.control.Order;
import io.sozu.control.OrderJson;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.master.state.ConfigFile;
import io.sozu.master.state.ConfigFileException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A whole proxy with one worker that runs for a moment in a directory of its own, so that the virtual
 * machines can record what a start needs. The launchers ask for it.
 */
final class Rehearsal {
    private static final long POLL_MILLIS = 20;
    private static final int POLLS_MAX = 3000;
    private static final int ANSWER_BYTES = 64 << 10;

    private final Path directory;

    private Rehearsal(final Path directory) {
        this.directory = directory;
    }

    /** Runs it; returns the exit code of the process. */
    static int run() {
        try {
            final Rehearsal rehearsal = new Rehearsal(Files.createTempDirectory("sozu-rehearsal-"));
            try {
                return rehearsal.play();
            } finally {
                rehearsal.tidyUp();
            }
        } catch (final IOException | ConfigFileException | StartException e) {
            System.err.println("sozu: " + e.getMessage());
            return MasterMain.FAILED;
        }
    }

    private int play() throws IOException, ConfigFileException, StartException {
        final Path file = Files.writeString(directory.resolve("config.toml"), config());
        final ConfigFile config = ConfigFile.load(file);
        final Thread client = new Thread(() -> converse(config.settings().command().socket()), "client");
        client.setDaemon(true);
        client.start();
        try (Master master = new Master(file, config)) {
            return master.run();
        }
    }

    private static String config() throws IOException {
        final String listener;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener = "127.0.0.1:" + free.getLocalPort();
        }
        return """
                command_socket = "sozu.sock"
                worker_count = 1
                orphan_grace = 1
                shutdown_timeout = 5

                [[listeners]]
                protocol = "http"
                address = "LISTENER"

                [clusters.web]
                protocol = "http"
                frontends = [
                    { address = "LISTENER", hostname = "example.com" },
                    { address = "LISTENER", hostname = "*.example.com", path = "/static" },
                ]
                backends = [
                    { backend_id = "web-0", address = "127.0.0.1:3000" },
                    { backend_id = "web-1", address = "127.0.0.1:3001" },
                ]
                """.replace("LISTENER", listener);
    }

    /** Gives orders as soon as the proxy takes them; the last one ends it. */
    private static void converse(final Path socket) {
        final InetSocketAddress backend = new InetSocketAddress("127.0.0.1", 3002);
        final List<Order> orders = List.of(new Order.AddBackend(BackendConfig.of("web", "web-2", backend)),
                new Order.Status(), new Order.RemoveBackend("web", "web-2", BackendAddress.of(backend)),
                new Order.SoftStop());
        try {
            for (int i = 0; i < POLLS_MAX && !Files.exists(socket); i++) {
                Thread.sleep(POLL_MILLIS);
            }
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                for (int i = 0; i < orders.size(); i++) {
                    final Envelope envelope = Envelope.of("rehearsal-" + i, orders.get(i));
                    channel.write(ByteBuffer.wrap(Frame.terminated(OrderJson.write(envelope))));
                }
                final ByteBuffer answers = ByteBuffer.allocate(ANSWER_BYTES);
                while (channel.read(answers.clear()) >= 0) {
                    assert answers.position() > 0 : "a blocking read";
                }
            }
        } catch (final IOException e) {
            System.err.println("sozu: the rehearsal's orders were not taken: " + e.getMessage());
            System.exit(MasterMain.FAILED);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tidyUp() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (final Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.delete(directory);
    }
}
