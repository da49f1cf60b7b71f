package io.sozu.worker;

import io.sozu.bindings.linux.Kernel;
import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.RunQueue;
import io.sozu.eventloop.Token;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.metrics.CountersReader;
import io.sozu.eventloop.time.LoopClock;
import io.sozu.eventloop.time.TimerWheel;
import io.sozu.protocols.BackMachine;
import io.sozu.protocols.FrontMachine;
import io.sozu.protocols.http.Answers;
import io.sozu.protocols.http.ListenerProfiles;
import io.sozu.protocols.http.Ulid;
import io.sozu.protocols.http1.BodyReader;
import io.sozu.protocols.http1.HeadRewriter;
import io.sozu.protocols.http1.Http1Back;
import io.sozu.protocols.http1.Http1Front;
import io.sozu.protocols.http1.RequestReader;
import io.sozu.protocols.http1.ResponseWriter;
import io.sozu.protocols.tls.TlsBack;
import io.sozu.protocols.tls.TlsBackends;
import io.sozu.protocols.tls.TlsFront;
import io.sozu.protocols.tls.TlsListeners;
import io.sozu.protocols.transport.PlainTransport;
import io.sozu.protocols.transport.Transport;
import io.sozu.sessions.Connection;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.Slab;
import io.sozu.sessions.buffer.BufferPool;
import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.balance.Balancers;
import io.sozu.sessions.routing.Router;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/**
 * A worker without its process: everything it allocates, wired. Read it from top to bottom. All of it belongs
 * to the thread that takes the turns of {@link #loop}.
 */
public final class Worker implements AutoCloseable {
    private static final int EVENTS_PER_TURN = 64;
    private static final int RUNS_PER_TURN = 4096;
    /** What is received at once is sent while the cache of a core still holds it; measured. */
    private static final int BULK_PAGE_BYTES = 512 << 10;
    /** At the default of 1 000 small pages there are 31 of them. */
    private static final int BULK_SHARE = 32;

    private final LoopClock clock;
    private final EventLoop loop;
    private final Traffic traffic;
    private final WorkerMetrics metrics = new WorkerMetrics();
    private final ListenerTable listeners;
    private final Clusters clusters;
    private final Router router;
    private final Transport transport;
    private final Handshakes handshakes;
    private final TlsFront tlsFront;
    private final TlsBackends secured;
    private final HeadRewriter rewriter;
    private final RequestReader requests;
    private final Answers answers;
    private final ResponseWriter responses;
    private final WaitingRoom waiting;
    private final Admission admission;
    private final Closer closer;
    private final BackendWatch watch;
    private final Matchmaker matchmaker;
    private final SessionDriver driver;
    private final Acceptor acceptor;
    private final OrderApplier orders;
    private final Drain drain;

    /**
     * Allocates everything.
     *
     * @param kernel the kernel of the loop's thread; stays the caller's
     * @param seed of every random choice, so that a simulation replays
     * @throws io.sozu.bindings.linux.KernelException when there is no descriptor for the epoll
     */
    public Worker(final Kernel kernel, final WorkerOptions options, final Log log, final long seed) {
        this(kernel, options, log, seed, null);
    }

    /** As the other; clients speak another protocol when a maker of its machine is given. */
    Worker(final Kernel kernel, final WorkerOptions options, final Log log, final long seed,
            final BiFunction<Transport, Traffic, FrontMachine> fronts) {
        final int frontSlots = options.maxConnections();
        final int connectionSlots = 2 * frontSlots + 1;
        final int runSlots = connectionSlots + Acceptor.SOCKETS_MAX;
        clock = new LoopClock(kernel);
        loop = new EventLoop(kernel, clock, EVENTS_PER_TURN);
        final RunQueue queue = new RunQueue(runSlots);
        traffic = new Traffic(kernel, loop, queue, new TimerWheel(runSlots + 3, clock.nowNanos()),
                new Slab(connectionSlots, Connection.SLOT_BYTES), new Slab(frontSlots, Exchange.SLOT_BYTES),
                new BufferPool(queue, connectionSlots, options.maxBuffers(), options.bufferSizeBytes(),
                        options.maxBuffers() / BULK_SHARE, BULK_PAGE_BYTES));
        clusters = new Clusters(Balancers::of, seed);
        router = new Router(clusters);
        transport = new Transport(new PlainTransport(kernel));
        listeners = new ListenerTable(transport.tls());
        final ListenerProfiles profiles = listeners.profiles();
        rewriter = new HeadRewriter(options.bufferSizeBytes());
        final BodyReader bodies = new BodyReader();
        requests = new RequestReader(kernel, rewriter, bodies, new Ulid(seed), options.bufferSizeBytes());
        answers = new Answers();
        responses = new ResponseWriter(transport, profiles, answers, clusters);
        final FrontMachine front = fronts == null
                ? new Http1Front(transport, traffic.pool(), traffic.exchanges(), profiles, requests,
                responses)
                : fronts.apply(transport, traffic);
        handshakes = new Handshakes(traffic, listeners.tls(), metrics, log, options.maxHandshakes());
        tlsFront = new TlsFront(transport, listeners.tls(), Machines.HTTP1, handshakes);
        secured = new TlsBackends(transport.tls());
        final Machines machines = new Machines(new FrontMachine[] {front, tlsFront},
                new BackMachine[] {new Http1Back(transport, profiles, rewriter, bodies),
                    new TlsBack(transport, secured, Machines.HTTP1, metrics.counters)}, transport, secured);
        waiting = new WaitingRoom(traffic, clusters);
        admission = new Admission(traffic, clock, listeners, metrics, handshakes, log);
        closer = new Closer(traffic, clusters, new IdleBackends(traffic, options.maxIdlePerBackend()),
                waiting, admission, transport);
        if (options.evicts()) {
            closer.eviction().enable();
        }
        watch = new BackendWatch(clock, metrics, log);
        clusters.onDrained(this::drained);
        matchmaker = new Matchmaker(traffic, clusters, closer, machines,
                TimeUnit.SECONDS.toNanos(options.backendIdleSeconds()), watch);
        driver = new SessionDriver(traffic, router, matchmaker, closer, machines, log);
        acceptor = new Acceptor(traffic, listeners, closer, frontSlots);
        drain = new Drain(traffic, clock, listeners, acceptor, machines, closer);
        orders = new OrderApplier(kernel, router, clusters, closer, listeners, acceptor);
        orders.begin(options, log, watch, secured);
        loop.handle(Token.CONNECTION, driver);
        loop.handle(Token.LISTENER, acceptor);
        loop.runs(queue, this::onRun, RUNS_PER_TURN);
        loop.timers(traffic.wheel(), this::onTimer);
        loop.atEndOfTurn(this::endTurn);
    }

    private void drained(final Backend backend) {
        watch.drained(backend);
        secured.remove(backend.index());
    }

    private void onRun(final int slot, final long nowNanos) {
        if (slot < traffic.connections().slots()) {
            driver.onRun(slot, nowNanos);
        } else {
            acceptor.onRun(slot, nowNanos);
        }
    }

    private void onTimer(final int slot, final long nowNanos) {
        if (slot < traffic.connections().slots()) {
            driver.onTimer(slot, nowNanos);
        } else if (slot < Drain.drainSlot(traffic)) {
            acceptor.onRun(slot, nowNanos);
        } else if (slot == Drain.drainSlot(traffic)) {
            drain.onTimer(nowNanos);
        } else if (slot == WaitingRoom.timerSlot(traffic)) {
            waiting.onTimer();
        } else {
            driver.onRegistrationTimer(nowNanos);
        }
    }

    private void endTurn(final long nowNanos) {
        matchmaker.serveWaiting(nowNanos);
        traffic.pool().wakeWaiters();
        acceptor.resume();
        handshakes.wake();
        handshakes.publish();
        closer.publish();
    }

    /** Returns the loop that moves it; whoever has the channel registers it there too. */
    public EventLoop loop() {
        return loop;
    }

    public LoopClock clock() {
        return clock;
    }

    /** Returns what the master's orders go to. */
    public OrderApplier orders() {
        return orders;
    }

    /** Returns how its listeners speak TLS. */
    TlsListeners tls() {
        return listeners.tls();
    }

    /** Returns how its backends are spoken to by TLS. */
    TlsBackends secured() {
        return secured;
    }

    /** Returns how it ends without a loss. */
    public Drain drain() {
        return drain;
    }

    /** Returns what it has counted. */
    public CountersReader counters() {
        return new CountersReader(metrics.counters.address());
    }

    /** Returns what has happened and is not told yet. */
    WorkerEvents events() {
        return watch.events();
    }

    /** Returns the tables, for tests that check them between turns. */
    Traffic traffic() {
        return traffic;
    }

    /** Sets all counters to 0: what was counted was no traffic. */
    void resetCounters() {
        metrics.reset();
        watch.events().clear();
    }

    /** Closes every connection with what it serves. */
    void closeConnections() {
        for (int slot = 0; slot < traffic.connections().slots(); slot++) {
            if (traffic.connections().isLive(slot)) {
                closer.close(slot);
            }
        }
    }

    /** Returns who closes connections, for tests that look at what ends with them. */
    Closer closer() {
        return closer;
    }

    /** Returns the handshakes under way, for tests that check them between turns. */
    Handshakes handshakes() {
        return handshakes;
    }

    /** Returns what has been let in, for tests that check it between turns. */
    Admission admission() {
        return admission;
    }

    /** Returns the clusters, for tests that check them between turns. */
    Clusters clusters() {
        return clusters;
    }

    /** Closes every connection and socket and frees everything. */
    @Override
    public void close() {
        closeConnections();
        acceptor.close();
        responses.close();
        answers.close();
        requests.close();
        rewriter.close();
        clusters.close();
        listeners.close();
        secured.close();
        transport.close();
        tlsFront.close();
        admission.close();
        metrics.counters.close();
        traffic.close();
        loop.close();
    }
}
