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
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** One conversation with a master: sends an order, waits for its last answer. Not for several threads. */
final class ControlClient implements AutoCloseable {
    private static final int MAX_ANSWER_BYTES = 64 * 1024 * 1024;
    private static final int READ_BYTES = 64 * 1024;

    private final SocketChannel channel;
    private final Selector selector;
    private final Frame frame = new Frame(MAX_ANSWER_BYTES);
    private final ByteBuffer input = ByteBuffer.allocate(READ_BYTES);
    private int orders;

    private ControlClient(final SocketChannel channel, final Selector selector) {
        this.channel = channel;
        this.selector = selector;
    }

    /**
     * Connects to the master that listens at {@code socket}.
     *
     * @throws CtlException naming the path and the cure when none does
     */
    static ControlClient connect(final Path socket) throws CtlException {
        SocketChannel channel = null;
        try {
            final UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(address);
            channel.configureBlocking(false);
            final Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            return new ControlClient(channel, selector);
        } catch (final IOException e) {
            closeQuietly(channel);
            throw unreachable(socket, e);
        }
    }

    /**
     * Sends an order and returns its last answer.
     *
     * @param progress is told the messages of the answers before the last one
     * @param timeoutMillis how long the last answer may take, 0 for any time
     * @throws CtlException when no last answer came
     */
    Answer ask(final Order order, final Consumer<String> progress, final long timeoutMillis)
        throws CtlException {
        return converse(order, answer -> {
            if (!answer.message().isEmpty()) {
                progress.accept(answer.message());
            }
            return true;
        }, timeoutMillis);
    }

    /**
     * Sends an order and waits for answers without end.
     *
     * @param more takes each answer before the last one, and says whether there may be more
     * @return the last answer, or null when no more were wanted
     * @throws CtlException when the master is gone
     */
    Answer follow(final Order order, final Predicate<Answer> more) throws CtlException {
        return converse(order, more, 0);
    }

    private Answer converse(final Order order, final Predicate<Answer> more, final long timeoutMillis)
        throws CtlException {
        final long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        final String id = "ctl-" + ProcessHandle.current().pid() + "-" + ++orders;
        try {
            send(ByteBuffer.wrap(Frame.terminated(OrderJson.write(Envelope.of(id, order)))));
            while (true) {
                final String text = frame.next();
                if (text == null) {
                    receive(timeoutMillis, deadlineNanos);
                    continue;
                }
                final Answer answer = OrderJson.readAnswer(text);
                // An answer without id is to a message that the master could not read.
                if (answer.last() && (answer.id().equals(id) || answer.id().isEmpty())) {
                    return answer;
                }
                if (!answer.last() && !more.test(answer)) {
                    return null;
                }
            }
        } catch (final OrderException e) {
            throw new CtlException(ExitCode.NO_ANSWER, "the answer is not understood: " + e.getMessage());
        } catch (final IOException e) {
            throw gone(e.getMessage());
        }
    }

    @Override
    public void close() {
        closeQuietly(selector);
        closeQuietly(channel);
    }

    private void send(final ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                Thread.onSpinWait();
            }
        }
    }

    private void receive(final long timeoutMillis, final long deadlineNanos)
        throws IOException, CtlException {
        final long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        if (timeoutMillis > 0 && leftMillis <= 0) {
            throw new CtlException(ExitCode.NO_ANSWER, "no answer within " + timeoutMillis
                + " ms; the order may still be obeyed. Wait longer with -t MILLISECONDS, 0 has no limit");
        }
        selector.select(timeoutMillis > 0 ? leftMillis : 0);
        selector.selectedKeys().clear();
        input.clear();
        final int bytes = channel.read(input);
        if (bytes < 0) {
            throw gone("it closed the connection");
        }
        frame.append(input.array(), 0, bytes);
    }

    private static CtlException gone(final String reason) {
        return new CtlException(ExitCode.NO_ANSWER, "the master went away before it answered (" + reason
            + "): it stopped, or this user is not among its command_allowed_uids");
    }

    private static CtlException unreachable(final Path socket, final IOException fault) {
        final String reason = String.valueOf(fault.getMessage());
        final String text;
        if (reason.contains("too long")) {
            text = "the path " + socket
                + " is too long for a Unix socket (107 bytes); choose a shorter command_socket";
        } else if (!Files.exists(socket)) {
            text = "no master listens at " + socket
                + ": there is no such file. Start one with: sozu start -c FILE, "
                + "or say where it is with -c FILE or --socket PATH";
        } else if (reason.contains("refused")) {
            text = "no master listens at " + socket
                + ": the one that made this file is gone. Start it again with: "
                + "sozu start -c FILE";
        } else if (reason.contains("denied")) {
            text = "the socket " + socket
                + " may not be opened by this user; run sozuctl as the user of the master";
        } else {
            text = "no master can be reached at " + socket + ": " + reason;
        }
        return new CtlException(ExitCode.NO_MASTER, text);
    }

    private static void closeQuietly(final AutoCloseable resource) {
        try {
            if (resource != null) {
                resource.close();
            }
        } catch (final Exception e) {
            // Nothing was written that could still be lost.
        }
    }
}
