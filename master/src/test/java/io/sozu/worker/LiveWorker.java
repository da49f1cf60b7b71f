package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.sim.KernelUser;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.RulePosition;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.eventloop.log.LogRing;
import io.sozu.protocols.tls.TlsCertificate;
import io.sozu.protocols.tls.TlsListeners;
import io.sozu.protocols.tls.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** A worker with one listener that speaks TLS, on real sockets and a thread of its own, and its backend. */
final class LiveWorker implements AutoCloseable {
    /** How long what {@code /large} answers with is. */
    static final int LARGE_BYTES = 3_000_000;
    private static final int LISTENER = 0;
    private static final long TURN_NANOS = 5_000_000;
    private final ConcurrentLinkedQueue<Runnable> todo = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<InetSocketAddress> address = new CompletableFuture<>();
    private final ServerSocket backend;
    private final Thread thread;
    private final TlsCertificate standard;
    private Worker worker;
    private volatile boolean stopped;

    LiveWorker(final TlsCertificate standard) throws IOException {
        this.standard = standard;
        backend = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        daemon(this::acceptAll);
        thread = new Thread(this::serve);
        thread.start();
        address.join();
    }

    private static void daemon(final Runnable work) {
        final Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() {
        try {
            while (true) {
                final Socket socket = backend.accept();
                daemon(() -> answerAll(socket));
            }
        } catch (final IOException closed) {
            return;
        }
    }

    private static void answerAll(final Socket socket) {
        try (socket) {
            final StringBuilder head = new StringBuilder();
            for (int c = socket.getInputStream().read(); c >= 0; c = socket.getInputStream().read()) {
                if (!head.append((char) c).toString().endsWith("\r\n\r\n")) {
                    continue;
                }
                if (head.indexOf("GET /large") == 0) {
                    socket.getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE_BYTES
                            + "\r\n\r\n").getBytes(ISO_8859_1));
                    socket.getOutputStream().write(new byte[LARGE_BYTES]);
                } else {
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(ISO_8859_1));
                }
                head.setLength(0);
            }
        } catch (final IOException closed) {
            return;
        }
    }

    private void serve() {
        try (LinuxKernel kernel = new LinuxKernel(); KernelUser user = new KernelUser(kernel);
                LogRing ring = new LogRing(1 << 16);
                Worker served = new Worker(kernel, SimProxy.options(),
                        new Log(ring, kernel, 1, "WRK-00", LogLevel.WARN), 1)) {
            worker = served;
            final int fd = user.listen(64);
            final InetSocketAddress at = new InetSocketAddress("127.0.0.1", user.portOf(fd));
            order(new Order.AddHttpListener(ListenerConfig.http(at)), -1);
            order(new Order.AddCluster(ClusterConfig.of("c")), -1);
            order(new Order.AddHttpFrontend(new FrontendConfig(new FrontendKey(at, "*", PathRule.ANY, null),
                    "c", RulePosition.TREE, Map.of())), -1);
            order(new Order.AddBackend(BackendConfig.of("c", "b",
                    new InetSocketAddress("127.0.0.1", backend.getLocalPort()))), -1);
            worker.tls().put(LISTENER, TlsSettings.DEFAULT, standard);
            order(new Order.ActivateListener(at, ListenerProtocol.HTTP, true, 0), fd);
            address.complete(at);
            while (!stopped) {
                for (Runnable next = todo.poll(); next != null; next = todo.poll()) {
                    next.run();
                }
                worker.loop().runOnce(TURN_NANOS);
            }
        } catch (final Throwable thrown) {
            address.completeExceptionally(thrown);
            throw thrown;
        }
    }

    private void order(final Order order, final int fd) {
        final Answer answer = worker.orders().apply(order, fd);
        if (answer.status() != Answer.Status.OK) {
            throw new AssertionError(answer.message());
        }
    }

    /** Returns where clients connect to. */
    InetSocketAddress address() {
        return address.join();
    }

    /** Does something with the worker on its thread, and waits for it. */
    void run(final Consumer<Worker> work) {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        todo.add(() -> {
            try {
                work.accept(worker);
                done.complete(null);
            } catch (final Throwable thrown) {
                done.completeExceptionally(thrown);
            }
        });
        done.join();
    }

    /** As {@link #run}, with its TLS; its one listener is number 0. */
    void tls(final Consumer<TlsListeners> work) {
        run(each -> work.accept(each.tls()));
    }

    /** Returns what a counter says. */
    long counter(final String name) {
        return worker.counters().value(worker.counters().find(name).id());
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        try {
            thread.join();
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
        backend.close();
    }
}
