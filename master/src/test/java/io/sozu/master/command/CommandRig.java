package io.sozu.master.command;

import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.control.Answer;
import io.sozu.control.Frame;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import io.sozu.master.fleet.FleetRig;
import io.sozu.master.fleet.TicketKeyring;
import io.sozu.master.state.ConfigFile;
import io.sozu.master.state.ConfigFileException;
import io.sozu.master.state.TlsCheck;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A master's command socket without workers, served by a thread of its own, and clients of bare bytes. */
final class CommandRig implements AutoCloseable {
    static final int MAX_BYTES = 100_000;
    private static final long TURN_NANOS = 10_000_000L;

    final FleetRig fleet;
    final Path socket;
    final List<String> stops = new ArrayList<>();
    private final CommandPath path;
    private final CommandSocket command;
    private final Thread loop;
    private volatile boolean over;
    private volatile Throwable failure;

    CommandRig() throws IOException {
        this(Set.of());
    }

    CommandRig(final Set<Integer> allowedUids) throws IOException {
        fleet = new FleetRig(0, "none");
        socket = fleet.directory.resolve("sozu.sock");
        final OrderDispatcher dispatcher = new OrderDispatcher(new OrderDispatcher.Means(fleet.state,
                fleet.sockets, fleet.fleet, fleet.names, new TlsCheck(""), new TicketKeyring(),
                fleet.host.alarms(), fleet.host.log()), origin(fleet.directory), (hard, id, client) -> {
                    stops.add((hard ? "hard " : "soft ") + id);
                    client.accept(Answer.ok(id, "stopped"));
                });
        command = new CommandSocket(fleet.host, MAX_BYTES, allowedUids, dispatcher);
        path = new CommandPath(fleet.kernel, fleet.processes, socket);
        command.open(path.listen());
        loop = new Thread(this::turn, "loop");
        loop.start();
    }

    /** A file that says nothing. */
    static OrderDispatcher.Origin origin(final Path directory) {
        try {
            final Path file = Files.writeString(directory.resolve("config.toml"), "");
            return new OrderDispatcher.Origin(file, ConfigFile.load(file).settings());
        } catch (final IOException | ConfigFileException e) {
            throw new AssertionError(e);
        }
    }

    private void turn() {
        try {
            while (!over) {
                fleet.host.loop().runOnce(TURN_NANOS);
                fleet.host.log().flush();
            }
        } catch (final Throwable e) {
            failure = e;
        }
    }

    static long channelBytes() {
        return NativeMemory.bytes(MemoryTag.CHANNEL);
    }

    Client client() throws IOException {
        return new Client(socket);
    }

    /** Whether a client that comes now is served. */
    boolean serves() throws IOException, OrderException {
        try (Client client = client()) {
            final Answer answer = client.ask("{\"id\":\"probe\",\"version\":0,\"type\":\"STATUS\"}");
            return answer.status() == Answer.Status.OK;
        }
    }

    @Override
    public void close() throws IOException {
        over = true;
        try {
            loop.join();
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
        command.close();
        path.remove();
        fleet.close();
        if (failure != null) {
            throw new AssertionError(failure);
        }
    }

    /** A client that writes what it is told to and reads answers; it blocks. */
    static final class Client implements AutoCloseable {
        private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        private final Frame frame = new Frame(1 << 20);
        private final ByteBuffer input = ByteBuffer.allocate(1 << 16);

        Client(final Path socket) throws IOException {
            channel.connect(UnixDomainSocketAddress.of(socket));
        }

        Client write(final byte[] bytes) throws IOException {
            final ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            return this;
        }

        Client send(final String text) throws IOException {
            return write(Frame.terminated(text));
        }

        /** Returns the next answer, or null at the end. */
        Answer read() throws IOException, OrderException {
            String text = frame.next();
            while (text == null) {
                final int count = channel.read(input.clear());
                if (count < 0) {
                    return null;
                }
                frame.append(input.array(), 0, count);
                text = frame.next();
            }
            return OrderJson.readAnswer(text);
        }

        Answer ask(final String text) throws IOException, OrderException {
            Answer answer = send(text).read();
            while (answer != null && !answer.last()) {
                answer = read();
            }
            return answer;
        }

        SocketChannel channel() {
            return channel;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
