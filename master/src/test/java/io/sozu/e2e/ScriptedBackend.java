package io.sozu.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A backend on a loopback port with one thread per connection. Reads every request strictly, records what
 * arrived, and plays the script of its path (without the query); by default it answers with an echo of the
 * request.
 */
final class ScriptedBackend implements AutoCloseable {
    /** Response field that carries the backend's name. */
    static final String MARK = "X-Backend";
    /** Response field that carries the number of the backend connection. */
    static final String CONNECTION = "X-Backend-Connection";
    /** Response field that repeats the method of the request. */
    static final String METHOD = "X-Method";
    /** Response field that repeats the target of the request. */
    static final String TARGET = "X-Target";

    private static final int BACKLOG = 1024;

    private final String name;
    private final ServerSocket listener;
    private final Thread acceptor;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final Map<Socket, Integer> open = new ConcurrentHashMap<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private volatile Script otherwise = Served::answer;
    private volatile boolean recording = true;

    ScriptedBackend(final String name) throws IOException {
        this(name, 0);
    }

    ScriptedBackend(final String name, final int port) throws IOException {
        this(name, "127.0.0.1", port);
    }

    /** On an address of the loopback network. */
    ScriptedBackend(final String name, final String ip, final int port) throws IOException {
        this(name, new ServerSocket(port, BACKLOG, InetAddress.getByName(ip)));
    }

    /** On a socket that is its own from now on, perhaps of TLS. */
    ScriptedBackend(final String name, final ServerSocket listener) {
        this.name = name;
        this.listener = listener;
        this.acceptor = Thread.ofPlatform().daemon().name(name).start(this::accept);
    }

    String name() {
        return name;
    }

    int port() {
        return listener.getLocalPort();
    }

    String address() {
        return "127.0.0.1:" + port();
    }

    ScriptedBackend on(final String path, final Script script) {
        scripts.put(path, script);
        return this;
    }

    ScriptedBackend otherwise(final Script script) {
        otherwise = script;
        return this;
    }

    /** Under load: counts requests only and keeps none of them. */
    ScriptedBackend countOnly() {
        recording = false;
        return this;
    }

    /** Requests whose head arrived, in order of arrival. */
    List<Seen> seen() {
        return seen;
    }

    List<Seen> seen(final Predicate<Seen> which) {
        return seen.stream().filter(which).toList();
    }

    /** The only request for {@code target}. */
    Seen only(final String target) {
        final List<Seen> found = seen(one -> one.head().target().equals(target));
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " requests for " + target + " at " + name + ": " + found);
        }
        return found.getFirst();
    }

    /** What arrived and was no strict HTTP/1.1: the proxy's own faults. */
    List<String> faults() {
        return faults;
    }

    int acceptedConnections() {
        return accepted.get();
    }

    /** True when the connection of this number has ended. */
    boolean closed(final int connection) {
        return !open.containsValue(connection);
    }

    int openConnections() {
        return open.size();
    }

    /** Requests answered or otherwise played to their end. */
    int servedRequests() {
        return served.get();
    }

    void forget() {
        seen.clear();
        faults.clear();
    }

    /** Closes every open connection, idle or not; new ones are still accepted. */
    void closeConnections() {
        open.keySet().forEach(ScriptedBackend::closeQuietly);
    }

    /** Accepts nothing more once it returns: the kernel listens until the accepting thread is awake. */
    @Override
    public void close() throws IOException {
        listener.close();
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        closeConnections();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                final Socket socket = listener.accept();
                final int number = accepted.incrementAndGet();
                open.put(socket, number);
                if (listener.isClosed()) {
                    // An accept that ends while the listener is closed still returns a connection.
                    closeQuietly(socket);
                }
                Thread.ofPlatform().daemon().name(name + "-" + number).start(() -> serve(socket, number));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    faults.add("accept: " + e);
                }
            }
        }
    }

    private void serve(final Socket socket, final int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            final MessageReader reader = new MessageReader(socket.getInputStream());
            while (serveOne(socket, reader, number)) {
                served.incrementAndGet();
            }
        } catch (WireFault e) {
            faults.add("connection " + number + ": " + e.getMessage());
        } catch (WireCut | SocketException | SocketTimeoutException e) {
            // The proxy may cut a backend connection: the test sees an incomplete request.
            return;
        } catch (IOException e) {
            faults.add("connection " + number + ": " + e);
        } finally {
            open.remove(socket);
        }
    }

    private boolean serveOne(final Socket socket, final MessageReader reader,
            final int number) throws IOException {
        final Head head = reader.requestHead();
        if (head == null) {
            return false;
        }
        final Seen request = new Seen(number, head);
        if (recording) {
            seen.add(request);
        }
        Framing.ofRequest(head);
        final Served exchange = new Served(this, socket, reader, request);
        final String path = head.target().split("\\?", 2)[0];
        scripts.getOrDefault(path, otherwise).play(exchange);
        if (!exchange.over() && !exchange.bodyRead()) {
            exchange.readBody(BodySink.NOWHERE);
        }
        return !exchange.over();
    }

    private static void closeQuietly(final Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed already.
            return;
        }
    }
}
