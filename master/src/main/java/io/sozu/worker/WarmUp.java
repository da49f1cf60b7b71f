package io.sozu.worker;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.SockAddr;
import io.sozu.bindings.linux.SocketOptions;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.PathKind;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.RulePosition;
import io.sozu.eventloop.log.Log;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * Exchanges with itself by which a worker loads and compiles what serves requests, before it says that it
 * serves.
 *
 * <p>Clients and backends of its own stand on loopback sockets and take turns with the worker's loop, on its
 * thread. They come and go by ordinary orders; afterwards nothing is left of them, and nothing of it is
 * counted. Whatever goes wrong ends the warm-up alone: the worker serves all the same, and its first requests
 * take longer.
 */
final class WarmUp {
    /** The system property that sets how many exchanges there are, 0 for none. */
    static final String EXCHANGES_PROPERTY = "sozu.warmup";

    /** From here on the first second of a worker is hardly worse than its later ones; measured. */
    private static final int EXCHANGES = 60_000;
    private static final long PATIENCE_NANOS = 2_000_000_000;
    private static final long LONG_PATIENCE_NANOS = 30_000_000_000L;
    private static final int CLIENTS = 16;
    private static final int PAGES_PER_CLIENT = 4;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final long PAUSE_NANOS = 1_000_000;
    private static final long CLEAN_UP_NANOS = 200_000_000;
    private static final int NO_FD = -1;
    private static final String CLUSTER = "warm-up";

    /**
     * How far it goes: it ends when the first of both is reached.
     *
     * @param exchanges how many exchanges
     * @param patienceNanos how long
     */
    record Bounds(int exchanges, long patienceNanos) {
        /** What is enough within two seconds, or what the property says within half a minute. */
        static Bounds usual() {
            final Integer wanted = Integer.getInteger(EXCHANGES_PROPERTY);
            return wanted == null ? new Bounds(EXCHANGES, PATIENCE_NANOS)
                    : new Bounds(wanted, LONG_PATIENCE_NANOS);
        }
    }

    private record Listening(int fd, InetSocketAddress address) {
    }

    /** Ends a warm-up early. */
    static final class GivenUpException extends RuntimeException {
        private static final long serialVersionUID = 1;

        GivenUpException(final String message) {
            super(message);
        }
    }

    private final Worker worker;
    private final Kernel kernel;
    private final Log log;
    private final WarmUpScript[] scripts = WarmUpScript.all();
    private final WarmUpPeer.Buffer buffer = new WarmUpPeer.Buffer(
            NativeMemory.allocate(MemoryTag.SCRATCH, BUFFER_BYTES), BUFFER_BYTES);
    private WarmUpClients clients;
    private WarmUpBackends backends;

    private WarmUp(final Worker worker, final Kernel kernel, final Log log) {
        this.worker = worker;
        this.kernel = kernel;
        this.log = log;
    }

    /**
     * Warms up a worker that has no configuration yet.
     *
     * @param kernel the worker's
     * @param options the worker's
     * @return how many exchanges there were
     */
    static int run(final Worker worker, final Kernel kernel, final WorkerOptions options, final Log log,
            final Bounds bounds) {
        if (bounds.exchanges <= 0) {
            return 0;
        }
        final long startNanos = kernel.monotonicNanos();
        final WarmUp warmUp = new WarmUp(worker, kernel, log);
        final int finished = warmUp.run(Math.clamp(Math.min(options.maxConnections(),
                options.maxBuffers() / PAGES_PER_CLIENT), 1, CLIENTS), bounds, startNanos);
        log.debug(finished + " exchanges warmed this worker up in "
                + (kernel.monotonicNanos() - startNanos) / PAUSE_NANOS + " ms");
        return finished;
    }

    private int run(final int clientCount, final Bounds bounds, final long startNanos) {
        InetSocketAddress front = null;
        InetSocketAddress back = null;
        try {
            final Listening behind = listen();
            backends = new WarmUpBackends(kernel, scripts, behind.fd, buffer);
            back = behind.address;
            final Listening before = listen();
            front = before.address;
            configure(front, before.fd, back);
            clients = new WarmUpClients(kernel, scripts, clientCount, front, buffer);
            drive(bounds, startNanos + bounds.patienceNanos);
        } catch (final GivenUpException e) {
            log.warn("the warm-up ended early, and the first requests take longer: " + e.getMessage());
        }
        final int finished = clients == null ? 0 : clients.finished();
        cleanUp(front, back);
        return finished;
    }

    /** Opens a listening socket on a free port of the loopback interface. */
    private Listening listen() {
        final int fd = WarmUpPeer.check("socket",
                kernel.socket(SocketOptions.AF_INET, SocketOptions.SOCK_STREAM, 0));
        final long sockAddr = buffer.address();
        final long length = sockAddr + SockAddr.MAX_BYTES;
        int result =
                kernel.bind(fd, sockAddr, SockAddr.write(sockAddr, new InetSocketAddress("127.0.0.1", 0)));
        if (result == 0) {
            result = kernel.listen(fd, CLIENTS * 2);
        }
        if (result == 0) {
            Memory.putInt(length, SockAddr.MAX_BYTES);
            result = kernel.socketName(fd, sockAddr, length);
        }
        if (result < 0) {
            kernel.close(fd);
            throw new GivenUpException("cannot listen: " + Errno.text(-result));
        }
        return new Listening(fd, SockAddr.read(sockAddr, Memory.getInt(length)));
    }

    private void configure(final InetSocketAddress front, final int frontFd, final InetSocketAddress back) {
        try {
            order(new Order.AddHttpListener(ListenerConfig.http(front)), NO_FD);
            order(new Order.AddCluster(ClusterConfig.of(CLUSTER)), NO_FD);
            order(new Order.AddBackend(BackendConfig.of(CLUSTER, CLUSTER, back)), NO_FD);
            for (final FrontendKey frontend : frontends(front)) {
                order(new Order.AddHttpFrontend(new FrontendConfig(frontend, CLUSTER, RulePosition.TREE,
                        Map.of())), NO_FD);
            }
        } catch (final GivenUpException e) {
            kernel.close(frontFd);
            throw e;
        }
        order(new Order.ActivateListener(front, ListenerProtocol.HTTP, true, 0), frontFd);
    }

    /** An exact host, a wildcard, and any host below a path. */
    private static List<FrontendKey> frontends(final InetSocketAddress front) {
        return List.of(new FrontendKey(front, WarmUpScript.HOST, PathRule.ANY, null),
                new FrontendKey(front, "*." + WarmUpScript.HOST, PathRule.ANY, null),
                new FrontendKey(front, "*", new PathRule(PathKind.PREFIX, WarmUpScript.EVERYWHERE), null));
    }

    private void order(final Order order, final int fd) {
        final Answer answer = worker.orders().apply(order, fd);
        if (answer.status() != Answer.Status.OK) {
            throw new GivenUpException(answer.message());
        }
    }

    /** Everybody takes a step in turn; when nobody can, the loop waits a little. */
    private void drive(final Bounds bounds, final long endNanos) {
        while (clients.finished() < bounds.exchanges && kernel.monotonicNanos() < endNanos) {
            final boolean asked = clients.step();
            worker.loop().runOnce(0);
            final boolean answered = backends.step();
            worker.loop().runOnce(asked || answered ? 0 : PAUSE_NANOS);
        }
    }

    private void cleanUp(final InetSocketAddress front, final InetSocketAddress back) {
        final long endNanos = kernel.monotonicNanos() + CLEAN_UP_NANOS;
        if (clients != null) {
            clients.close();
        }
        while (worker.drain().remaining() > 0 && kernel.monotonicNanos() < endNanos) {
            worker.loop().runOnce(PAUSE_NANOS);
        }
        if (front != null) {
            worker.orders().apply(new Order.RemoveBackend(CLUSTER, CLUSTER, BackendAddress.of(back)), NO_FD);
            for (final FrontendKey frontend : frontends(front)) {
                worker.orders().apply(new Order.RemoveHttpFrontend(frontend), NO_FD);
            }
            worker.orders().apply(new Order.RemoveListener(front, ListenerProtocol.HTTP), NO_FD);
            worker.orders().apply(new Order.RemoveCluster(CLUSTER), NO_FD);
        }
        worker.closeConnections();
        worker.loop().runOnce(0);
        worker.resetCounters();
        if (backends != null) {
            backends.close();
        }
        for (final WarmUpScript script : scripts) {
            script.close();
        }
        NativeMemory.free(MemoryTag.SCRATCH, buffer.address(), BUFFER_BYTES);
    }
}
