package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.Answer;
import io.sozu.control.Envelope;
import io.sozu.control.Frame;
import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.RulePosition;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;

/** A master that obeys nothing and answers everything, on a thread of its own. */
final class RehearsalMaster implements AutoCloseable {
    private static final int MAX_BYTES = 65_536;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ServerSocketChannel server;

    private RehearsalMaster(final ServerSocketChannel server) {
        this.server = server;
    }

    static RehearsalMaster listen(final Path socket) throws IOException {
        final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        final RehearsalMaster master = new RehearsalMaster(server);
        Thread.ofPlatform().daemon().start(master::serve);
        return master;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                answer(client);
            } catch (final IOException | OrderException e) {
                // The client, or the server, is gone: the next accept tells which.
            }
        }
    }

    private static void answer(final SocketChannel client) throws IOException, OrderException {
        final Frame frame = new Frame(MAX_BYTES);
        final ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
        while (client.read(bytes.clear()) >= 0) {
            frame.append(bytes.array(), 0, bytes.position());
            for (String text = frame.next(); text != null; text = frame.next()) {
                final Envelope envelope = OrderJson.readEnvelope(text);
                final String last = OrderJson.write(answer(envelope.id(), envelope.order()));
                final Answer first = Answer.processing(envelope.id(), "asking the workers");
                client.write(ByteBuffer.wrap(Frame.terminated(OrderJson.write(first))));
                client.write(ByteBuffer.wrap(Frame.terminated(last)));
            }
        }
    }

    private static Answer answer(final String id, final Order order) {
        return switch (order) {
            case Order.Status status -> Answer.ok(id, "STATUS", array(
                NODES.objectNode().put("id", 0).put("pid", 1).put("run_state", "RUNNING")));
            case Order.ListClusters clusters -> Answer.ok(id, "CLUSTERS", array(cluster()));
            case Order.ListFrontends frontends -> Answer.ok(id, "FRONTEND_LIST",
                NODES.objectNode().set("http_frontends", array(OrderJson.toJson(frontend()))));
            case Order.ListListeners listeners -> Answer.ok(id, "LISTENERS",
                array(OrderJson.toJson(ListenerConfig.http(address()))));
            default -> Answer.ok(id, "");
        };
    }

    private static ObjectNode cluster() {
        final ObjectNode cluster = NODES.objectNode();
        cluster.set("configuration", OrderJson.toJson(ClusterConfig.of("web")));
        cluster.set("http_frontends", array(OrderJson.toJson(frontend())));
        cluster.set("backends", array(OrderJson.toJson(BackendConfig.of("web", "web-0", address()))));
        return cluster;
    }

    private static FrontendConfig frontend() {
        return new FrontendConfig(new FrontendKey(address(), "localhost", PathRule.ANY, null), "web",
            RulePosition.TREE, Map.of("owner", "nobody"));
    }

    private static InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", 8080);
    }

    private static ArrayNode array(final JsonNode node) {
        return NODES.arrayNode().add(node);
    }
}
