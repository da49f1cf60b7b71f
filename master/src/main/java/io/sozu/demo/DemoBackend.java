package io.sozu.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A server that says who it is and what it was asked, on a free port of loopback; one thread serves all. */
final class DemoBackend implements AutoCloseable {
    private final String id;
    private final HttpServer server;

    private DemoBackend(final String id, final HttpServer server) {
        this.id = id;
        this.server = server;
    }

    /**
     * Starts a backend.
     *
     * @throws IOException when no port is free
     */
    static DemoBackend start(final String id) throws IOException {
        final HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        final DemoBackend backend = new DemoBackend(id, server);
        server.createContext("/", backend::answer);
        server.start();
        return backend;
    }

    String id() {
        return id;
    }

    /** Where it listens, as orders and files write it. */
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(final HttpExchange exchange) throws IOException {
        exchange.getRequestBody().skip(Long.MAX_VALUE);
        final String text = "Hello from " + id + ", asked for " + exchange.getRequestURI() + " by "
                + exchange.getRequestHeaders().getFirst("X-Forwarded-For") + " over "
                + exchange.getRequestHeaders().getFirst("X-Forwarded-Proto") + "\n";
        final byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(200, -1);
        } else {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
