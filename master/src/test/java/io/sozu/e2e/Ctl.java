package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * Speaks the control language over the command socket by bare bytes, as a stranger's script would. One
 * thread.
 */
final class Ctl implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer input = ByteBuffer.allocate(65_536).flip();
    private int orders;

    Ctl(final Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        channel.configureBlocking(false);
        selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
    }

    /** Sends a top-level order without data and returns its final answer. */
    JsonNode ask(final String type) throws IOException {
        return finalAnswer(send(type, null));
    }

    JsonNode ask(final String type, final String data) throws IOException {
        return finalAnswer(send(type, data));
    }

    /** Sends an order for the workers, given by type and JSON data, and returns its final answer. */
    JsonNode order(final String type, final String data) throws IOException {
        return ask("PROXY", "{\"type\":\"" + type + "\"" + (data == null ? "" : ",\"data\":" + data) + "}");
    }

    /** As {@link #order}, and fails unless the answer is OK. */
    JsonNode obeyed(final String type, final String data) throws IOException {
        final JsonNode answer = order(type, data);
        if (!answer.path("status").asText().equals("OK")) {
            throw new AssertionError(type + " " + data + " was answered " + answer);
        }
        return answer;
    }

    void addBackend(final String cluster, final String id, final ScriptedBackend backend) throws IOException {
        obeyed("ADD_BACKEND", "{\"cluster_id\":\"" + cluster + "\",\"backend_id\":\"" + id
                + "\",\"address\":\""
                + backend.address() + "\"}");
    }

    void removeBackend(final String cluster, final String id,
            final ScriptedBackend backend) throws IOException {
        obeyed("REMOVE_BACKEND", "{\"cluster_id\":\"" + cluster + "\",\"backend_id\":\"" + id
                + "\",\"address\":\""
                + backend.address() + "\"}");
    }

    /** Sends an envelope and returns its id. */
    String send(final String type, final String data) throws IOException {
        final String id = "t-" + ++orders;
        sendRaw(("{\"id\":\"" + id + "\",\"version\":0,\"type\":\"" + type + "\""
                + (data == null ? "" : ",\"data\":" + data) + "}\0").getBytes(UTF_8));
        return id;
    }

    void sendRaw(final byte[] bytes) throws IOException {
        final ByteBuffer output = ByteBuffer.wrap(bytes);
        while (output.hasRemaining()) {
            if (channel.write(output) == 0) {
                Thread.onSpinWait();
            }
        }
    }

    /** The next answer of any kind. */
    JsonNode next() throws IOException {
        final ByteArrayOutputStream message = new ByteArrayOutputStream();
        while (true) {
            while (input.hasRemaining()) {
                final byte b = input.get();
                if (b == 0) {
                    return JSON.readTree(message.toByteArray());
                }
                message.write(b);
            }
            fill();
        }
    }

    /** True when the master closes this connection in time; answers before that are dropped. */
    boolean closedByMaster() {
        try {
            while (true) {
                input.position(input.limit());
                fill();
            }
        } catch (IOException e) {
            return !(e instanceof SocketTimeoutException);
        }
    }

    private JsonNode finalAnswer(final String id) throws IOException {
        while (true) {
            final JsonNode answer = next();
            if (answer.path("id").asText().equals(id)
                    && !answer.path("status").asText().equals("PROCESSING")) {
                return answer;
            }
        }
    }

    private void fill() throws IOException {
        if (selector.select(Await.PATIENCE.toMillis()) == 0) {
            throw new SocketTimeoutException("no answer from the master");
        }
        selector.selectedKeys().clear();
        input.clear();
        final int count = channel.read(input);
        input.flip();
        if (count < 0) {
            throw new WireCut("by the master", false, false);
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
