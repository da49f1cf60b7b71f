package io.sozu.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.JsonText;
import io.sozu.control.OrderException;
import io.sozu.eventloop.log.LogLevel;
import java.util.Locale;

/**
 * What a worker is told on its command line: everything it allocates at boot, and how it ends.
 *
 * @param maxConnections front connections at once
 * @param bufferSizeBytes size of a page
 * @param maxBuffers number of pages
 * @param evicts whether an idle client makes place for a new one
 * @param maxIdlePerBackend idle connections kept to one backend at most
 * @param backendIdleSeconds how long an idle connection to a backend is kept
 * @param frontTimeoutSeconds default of a listener: silence of a client
 * @param backTimeoutSeconds default of a listener: silence of a backend
 * @param connectTimeoutSeconds default of a listener: connecting to a backend
 * @param requestTimeoutSeconds default of a listener: receiving a request
 * @param drainSeconds how long a soft stop waits for sessions
 * @param orphanGraceSeconds how long a worker without master serves
 * @param commandSocket path of the master's command socket, by which an orphan finds a new master; or empty
 * @param commandBufferBytes initial size of a channel's buffers
 * @param maxCommandBufferBytes the longest frame
 * @param logLevel what is logged
 * @param logTarget where it is logged, as {@link io.sozu.eventloop.sink.LogTarget} reads it
 * @param maxConnectionsPerIp default of a cluster: connections of one source, 0 for any number
 * @param retryAfterSeconds default of a cluster: what a source with too many of them is told to wait
 * @param sslLibrary file of the OpenSSL to use, empty for that of the system
 * @param maxHandshakes clients' TLS handshakes at a time, 0 for any number
 */
public record WorkerOptions(int maxConnections, int bufferSizeBytes, int maxBuffers, boolean evicts,
        int maxIdlePerBackend, int backendIdleSeconds,
        int frontTimeoutSeconds, int backTimeoutSeconds, int connectTimeoutSeconds,
        int requestTimeoutSeconds, int drainSeconds, int orphanGraceSeconds, String commandSocket,
        int commandBufferBytes, int maxCommandBufferBytes, LogLevel logLevel, String logTarget,
        int maxConnectionsPerIp, int retryAfterSeconds, String sslLibrary,
        int maxHandshakes) {
    /** What holds where the configuration says nothing. */
    public static final WorkerOptions DEFAULTS = new WorkerOptions(10_000, 16_384, 1000, false, 1024, 4, 60,
            30, 3, 10, 30, 60, "", 1_000_000, 2_000_000, LogLevel.INFO, "stdout", 0, 60, "", 1000);

    /** Renders the options as one line of JSON. */
    public String toJson() {
        final ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("max_connections", maxConnections);
        node.put("buffer_size", bufferSizeBytes);
        node.put("max_buffers", maxBuffers);
        node.put("evict_on_queue_full", evicts);
        node.put("max_idle_per_backend", maxIdlePerBackend);
        node.put("backend_idle_timeout", backendIdleSeconds);
        node.put("front_timeout", frontTimeoutSeconds);
        node.put("back_timeout", backTimeoutSeconds);
        node.put("connect_timeout", connectTimeoutSeconds);
        node.put("request_timeout", requestTimeoutSeconds);
        node.put("drain_timeout", drainSeconds);
        node.put("orphan_grace", orphanGraceSeconds);
        node.put("command_socket", commandSocket);
        node.put("command_buffer_size", commandBufferBytes);
        node.put("max_command_buffer_size", maxCommandBufferBytes);
        node.put("log_level", logLevel.name().toLowerCase(Locale.ROOT));
        node.put("log_target", logTarget);
        node.put("max_connections_per_ip", maxConnectionsPerIp);
        node.put("retry_after", retryAfterSeconds);
        node.put("ssl_library", sslLibrary);
        node.put("max_handshakes", maxHandshakes);
        return JsonText.write(node);
    }

    /**
     * Reads what {@link #toJson} wrote; a key that is absent has its default.
     *
     * @throws IllegalArgumentException when it is no such text
     */
    public static WorkerOptions parse(final String json) {
        try {
            final JsonNode node = JsonText.read(json);
            if (!node.isObject()) {
                throw new IllegalArgumentException("worker options: not an object");
            }
            return new WorkerOptions(number(node, "max_connections", DEFAULTS.maxConnections),
                    number(node, "buffer_size", DEFAULTS.bufferSizeBytes),
                    number(node, "max_buffers", DEFAULTS.maxBuffers),
                    node.path("evict_on_queue_full").asBoolean(DEFAULTS.evicts),
                    number(node, "max_idle_per_backend", DEFAULTS.maxIdlePerBackend),
                    number(node, "backend_idle_timeout", DEFAULTS.backendIdleSeconds),
                    number(node, "front_timeout", DEFAULTS.frontTimeoutSeconds),
                    number(node, "back_timeout", DEFAULTS.backTimeoutSeconds),
                    number(node, "connect_timeout", DEFAULTS.connectTimeoutSeconds),
                    number(node, "request_timeout", DEFAULTS.requestTimeoutSeconds),
                    number(node, "drain_timeout", DEFAULTS.drainSeconds),
                    number(node, "orphan_grace", DEFAULTS.orphanGraceSeconds),
                    node.path("command_socket").asText(DEFAULTS.commandSocket),
                    number(node, "command_buffer_size", DEFAULTS.commandBufferBytes),
                    number(node, "max_command_buffer_size", DEFAULTS.maxCommandBufferBytes),
                    LogLevel.parse(node.path("log_level").asText(DEFAULTS.logLevel.name())),
                    node.path("log_target").asText(DEFAULTS.logTarget),
                    number(node, "max_connections_per_ip", DEFAULTS.maxConnectionsPerIp),
                    number(node, "retry_after", DEFAULTS.retryAfterSeconds),
                    node.path("ssl_library").asText(DEFAULTS.sslLibrary),
                    number(node, "max_handshakes", DEFAULTS.maxHandshakes));
        } catch (final OrderException e) {
            throw new IllegalArgumentException("worker options: " + e.getMessage(), e);
        }
    }

    private static int number(final JsonNode node, final String key, final int otherwise) {
        final JsonNode value = node.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < 0) {
            throw new IllegalArgumentException("worker options: " + key + " is no number: " + value);
        }
        return value.intValue();
    }
}
