package io.sozu.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds the TOML file of one test: one HTTP listener on a free loopback port, and clusters. */
final class ProxyConfig {
    /** The cluster most tests use; it is routed by {@link Requests#HOST}. */
    static final String CLUSTER = "web";

    private final int port;
    private final Map<String, Object> top = new LinkedHashMap<>();
    private final Map<String, Object> listener = new LinkedHashMap<>();
    private final List<String> clusters = new ArrayList<>();

    ProxyConfig() throws IOException {
        port = freePort();
        top.put("worker_count", 1);
        top.put("max_connections", 1_000);
        top.put("log_level", "info");
        listener.put("protocol", "http");
        listener.put("address", "127.0.0.1:" + port);
    }

    /** One worker, and the usual cluster with these backends. */
    static ProxyConfig of(final ScriptedBackend... backends) throws IOException {
        return new ProxyConfig().cluster(CLUSTER, Requests.HOST, backends);
    }

    ProxyConfig workers(final int count) {
        return set("worker_count", count);
    }

    /** A top-level key; a String is quoted, anything else is written as it is. */
    ProxyConfig set(final String key, final Object value) {
        top.put(key, value);
        return this;
    }

    ProxyConfig listener(final String key, final Object value) {
        listener.put(key, value);
        return this;
    }

    /**
     * TLS with a default certificate of an authority; by the kernel's with {@code -Dtls.kernel=true}, by
     * another OpenSSL with {@code -Dtls.library=FILE}.
     */
    ProxyConfig https(final TestAuthority authority, final String certificate) {
        return set("ssl_library", System.getProperty("tls.library", "")).listener("protocol", "https")
                .listener("certificate", authority.file(certificate + ".pem"))
                .listener("key", authority.file(certificate + ".key"))
                .listener("ktls", Boolean.getBoolean("tls.kernel"));
    }

    /** The four time-outs of the listener, in seconds. */
    ProxyConfig timeouts(final int front, final int request, final int back, final int connect) {
        return listener("front_timeout", front).listener("request_timeout", request)
                .listener("back_timeout", back).listener("connect_timeout", connect);
    }

    ProxyConfig cluster(final String id, final String host, final ScriptedBackend... backends) {
        return cluster(id, host, entries(backends));
    }

    /** Backends under their names, as TOML. */
    static String entries(final ScriptedBackend... backends) {
        final List<String> addresses = new ArrayList<>();
        for (final ScriptedBackend backend : backends) {
            addresses.add("{ address = \"" + backend.address() + "\", backend_id = \"" + backend.name()
                    + "\" }");
        }
        return String.join(", ", addresses);
    }

    /** A cluster whose backends are given as TOML. */
    ProxyConfig cluster(final String id, final String host, final String backends) {
        return cluster(id, host, "", backends);
    }

    /** The usual cluster with these backends, and keys of its own given as lines of TOML. */
    static ProxyConfig with(final String keys, final ScriptedBackend... backends) throws IOException {
        return new ProxyConfig().cluster(CLUSTER, Requests.HOST, keys, entries(backends));
    }

    /** A cluster whose own keys and backends are given as TOML. */
    ProxyConfig cluster(final String id, final String host, final String keys, final String backends) {
        clusters.add("[clusters." + id + "]\nprotocol = \"http\"\n" + keys
                + "\nfrontends = [ { address = \"127.0.0.1:"
                + port
                + "\", hostname = \"" + host + "\" } ]\nbackends = [ " + backends + " ]\n");
        return this;
    }

    /** A cluster of one backend, whose frontends are given as TOML without their address. */
    ProxyConfig cluster(final String id, final List<String> frontends, final ScriptedBackend backend) {
        clusters.add("[clusters." + id + "]\nprotocol = \"http\"\nfrontends = [ "
                + String.join(", ",
                frontends.stream().map(each -> "{ address = \"127.0.0.1:" + port + "\", " + each
                + " }").toList()) + " ]\nbackends = [ { address = \"" + backend.address() + "\" } ]\n");
        return this;
    }

    /** More keys of the cluster that was given last, as TOML. */
    ProxyConfig also(final String keys) {
        clusters.addLast(clusters.removeLast() + keys + "\n");
        return this;
    }

    int port() {
        return port;
    }

    int workerCount() {
        return (Integer) top.get("worker_count");
    }

    String toml(final Path commandSocket) {
        final StringBuilder text = new StringBuilder("command_socket = \"" + commandSocket + "\"\n");
        append(text, top);
        text.append("\n[[listeners]]\n");
        append(text, listener);
        for (final String cluster : clusters) {
            text.append('\n').append(cluster);
        }
        return text.toString();
    }

    /** A port nothing listens on now. */
    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private static void append(final StringBuilder text, final Map<String, Object> keys) {
        keys.forEach((key, value) -> text.append(key).append(" = ")
                .append(value instanceof String ? "\"" + value + "\"" : value).append('\n'));
    }
}
