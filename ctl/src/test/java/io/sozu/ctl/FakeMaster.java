package io.sozu.ctl;

import io.sozu.control.Answer;
import io.sozu.control.Envelope;
import io.sozu.control.Frame;
import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/** A master in this process: keeps the orders it gets and answers each from a script. */
final class FakeMaster implements AutoCloseable {
    private static final int MAX_BYTES = 1 << 20;

    private final ServerSocketChannel server;
    private final Function<Envelope, List<String>> script;
    private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private final Thread thread;

    private FakeMaster(final ServerSocketChannel server, final Function<Envelope, List<String>> script) {
        this.server = server;
        this.script = script;
        this.thread = Thread.ofPlatform().start(this::serve);
    }

    /** Answers each order with the texts of the script; an empty text closes the connection. */
    static FakeMaster scripted(final Path socket, final Function<Envelope, List<String>> script)
            throws IOException {
        final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        return new FakeMaster(server, script);
    }

    /** Answers each order with one answer. */
    static FakeMaster answering(final Path socket, final Function<String, Answer> answer) throws IOException {
        return scripted(socket, envelope -> List.of(OrderJson.write(answer.apply(envelope.id()))));
    }

    /** The next order that arrived. */
    Order order() throws InterruptedException {
        return orders.take();
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                serve(client);
            } catch (final IOException e) {
                // Ends with the server; a client that leaves is none of the tests' business.
            }
        }
    }

    private void serve(final SocketChannel client) throws IOException {
        final Frame frame = new Frame(MAX_BYTES);
        final ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
        while (client.read(bytes.clear()) >= 0) {
            frame.append(bytes.array(), 0, bytes.position());
            try {
                for (String text = frame.next(); text != null; text = frame.next()) {
                    final Envelope envelope = OrderJson.readEnvelope(text);
                    orders.add(envelope.order());
                    for (final String answer : script.apply(envelope)) {
                        if (answer.isEmpty()) {
                            return;
                        }
                        writeHalves(client, answer);
                    }
                }
            } catch (final OrderException e) {
                writeHalves(client, OrderJson.write(e.answer()));
            }
        }
    }

    /** Writes in two parts: a reader must not believe that one read is one message. */
    private static void writeHalves(final SocketChannel client, final String text) throws IOException {
        final byte[] message = (text + '\0').getBytes(StandardCharsets.UTF_8);
        final int half = message.length / 2;
        client.write(ByteBuffer.wrap(message, 0, half));
        client.write(ByteBuffer.wrap(message, half, message.length - half));
    }
}
