package io.sozu.worker;

import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.openssl.OpenSsl;
import io.sozu.bindings.openssl.OpenSslException;
import io.sozu.bindings.openssl.SelfSigned;
import io.sozu.eventloop.log.Log;
import java.net.InetSocketAddress;

/**
 * Exchanges with itself by which a worker loads and compiles what serves requests, before it says that it
 * serves: without TLS, and then with it where a listener will speak it.
 *
 * <p>Clients and backends of its own stand on loopback sockets and take turns with the worker's loop, on its
 * thread. They come and go by ordinary orders; afterwards nothing is left of them, and nothing of it is
 * counted. Whatever goes wrong ends the warm-up alone: the worker serves all the same, and its first requests
 * take longer.
 */
final class WarmUp {
    /** The system property that sets how many exchanges there are, 0 for none. */
    static final String EXCHANGES_PROPERTY = "sozu.warmup";
    /** The system property that says whether there are exchanges by TLS too, a tenth as many. */
    static final String TLS_PROPERTY = "sozu.warmup.tls";

    /** From here on the first second of a worker is hardly worse than its later ones; measured. */
    private static final int EXCHANGES = 60_000;
    /** How many exchanges there are for each by TLS. */
    private static final int PLAIN_PER_TLS = 10;
    private static final long PATIENCE_NANOS = 2_000_000_000;
    private static final long LONG_PATIENCE_NANOS = 30_000_000_000L;
    private static final int CLIENTS = 16;
    private static final int PAGES_PER_CLIENT = 4;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final long PAUSE_NANOS = 1_000_000;
    private static final long CLEAN_UP_NANOS = 200_000_000;

    /**
     * How far it goes, without TLS and with it: each ends when the first of both is reached.
     *
     * @param exchanges how many exchanges without TLS
     * @param tlsExchanges how many by TLS
     * @param patienceNanos how long
     */
    record Bounds(int exchanges, int tlsExchanges, long patienceNanos) {
        /** What is enough within two seconds, or what the properties say within half a minute. */
        static Bounds usual() {
            final Integer wanted = Integer.getInteger(EXCHANGES_PROPERTY);
            final int exchanges = wanted == null ? EXCHANGES : wanted;
            return new Bounds(exchanges, Boolean.getBoolean(TLS_PROPERTY) ? exchanges / PLAIN_PER_TLS : 0,
                    wanted == null ? PATIENCE_NANOS : LONG_PATIENCE_NANOS);
        }
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
    private final WorkerOptions options;
    private final Log log;
    private final WarmUpScript[] scripts = WarmUpScript.all();
    private final WarmUpPeer.Buffer buffer = new WarmUpPeer.Buffer(
            NativeMemory.allocate(MemoryTag.SCRATCH, BUFFER_BYTES), BUFFER_BYTES);
    private final WarmUpRoutes routes;
    private WarmUpClients clients;
    private WarmUpBackends backends;

    private WarmUp(final Worker worker, final Kernel kernel, final WorkerOptions options, final Log log) {
        this.worker = worker;
        this.kernel = kernel;
        this.options = options;
        this.log = log;
        this.routes = new WarmUpRoutes(worker, kernel, buffer);
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
        int finished = 0;
        if (bounds.exchanges > 0) {
            finished = new WarmUp(worker, kernel, options, log).run(bounds.exchanges, bounds.patienceNanos,
                    false);
        }
        if (bounds.tlsExchanges > 0) {
            finished += new WarmUp(worker, kernel, options, log).run(bounds.tlsExchanges,
                    bounds.patienceNanos, true);
        }
        return finished;
    }

    private int run(final int exchanges, final long patienceNanos, final boolean secured) {
        final long startNanos = kernel.monotonicNanos();
        try {
            final WarmUpSocket behind = WarmUpSocket.open(kernel, buffer);
            backends = new WarmUpBackends(kernel, scripts, behind.fd(), buffer);
            final InetSocketAddress front = secured ? routes.secured(behind.address(), certificate())
                    : routes.plain(behind.address());
            clients = new WarmUpClients(kernel, scripts, clients(secured), front, buffer);
            drive(exchanges, startNanos + patienceNanos);
        } catch (final GivenUpException | OpenSslException e) {
            log.warn("the warm-up ended early, and the first requests take longer: " + e.getMessage());
        }
        final int finished = clients == null ? 0 : clients.finished();
        cleanUp();
        log.debug(finished + (secured ? " exchanges by TLS" : " exchanges") + " warmed this worker up in "
                + (kernel.monotonicNanos() - startNanos) / PAUSE_NANOS + " ms");
        return finished;
    }

    /** By TLS each client is two: its request comes to this worker twice. */
    private int clients(final boolean secured) {
        final int most = Math.min(options.maxConnections(), options.maxBuffers() / PAGES_PER_CLIENT);
        if (secured && most < 2) {
            throw new GivenUpException("too few connections or pages for exchanges by TLS");
        }
        return Math.clamp(secured ? most / 2 : most, 1, CLIENTS);
    }

    private SelfSigned certificate() {
        return SelfSigned.make(OpenSsl.load(options.sslLibrary()), WarmUpScript.NAMES, 1);
    }

    /** Everybody takes a step in turn; when nobody can, the loop waits a little. */
    private void drive(final int exchanges, final long endNanos) {
        while (clients.finished() < exchanges && kernel.monotonicNanos() < endNanos) {
            final boolean asked = clients.step();
            worker.loop().runOnce(0);
            final boolean answered = backends.step();
            worker.loop().runOnce(asked || answered ? 0 : PAUSE_NANOS);
        }
    }

    private void cleanUp() {
        final long endNanos = kernel.monotonicNanos() + CLEAN_UP_NANOS;
        if (clients != null) {
            clients.close();
        }
        routes.undo();
        while (worker.drain().remaining() > 0 && kernel.monotonicNanos() < endNanos) {
            worker.loop().runOnce(PAUSE_NANOS);
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
