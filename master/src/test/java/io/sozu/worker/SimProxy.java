package io.sozu.worker;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.KernelUser;
import io.sozu.bindings.sim.SimKernel;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.bindings.sim.SimWorld;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.model.AnswerPolicy;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ExchangeTerms;
import io.sozu.control.model.FailurePolicy;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.HeaderPolicy;
import io.sozu.control.model.ListenerAdmission;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerLimits;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.PathKind;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.RulePosition;
import io.sozu.control.model.Timeouts;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.eventloop.log.LogRing;
import io.sozu.protocols.FrontMachine;
import io.sozu.protocols.transport.Transport;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A worker on a simulated kernel: one listener, one cluster for every host, in virtual time. */
final class SimProxy implements AutoCloseable {
    static final int PORT = 8080;
    static final String CLUSTER = "web";
    /** Faults that a test wants to spare the setting up begin after this. */
    static final long SET_UP_NANOS = 1_000_000;
    private static final long TURN_NANOS = 100_000_000;
    private static final int TURNS_MAX = 200_000;
    private static final InetSocketAddress LISTENER = new InetSocketAddress("127.0.0.1", PORT);

    final SimKernel kernel;
    final SimWorld world;
    final Worker worker;
    private final KernelUser user;
    private final LogRing ring = new LogRing(1 << 20);

    SimProxy(final long seed, final FaultPlan plan, final WorkerOptions options) {
        this(seed, plan, options, null);
    }

    /** Clients speak what {@link ThreeStreamFront} understands. */
    static SimProxy multiplexed(final long seed, final FaultPlan plan) {
        return new SimProxy(seed, plan, options(), ThreeStreamFront::new);
    }

    /** The listener has limits. */
    static SimProxy limited(final WorkerOptions options, final ListenerLimits limits) {
        return limited(options, Timeouts.DEFAULT, limits);
    }

    /** The listener has timeouts and limits. */
    static SimProxy limited(final WorkerOptions options, final Timeouts timeouts,
            final ListenerLimits limits) {
        return new SimProxy(9, FaultPlan.none(), options, null, new ListenerConfig(ListenerProtocol.HTTP,
                LISTENER, null, false, ListenerConfig.DEFAULT_STICKY_NAME, timeouts, HeaderPolicy.DEFAULT,
                limits, ListenerAdmission.DEFAULT, new AnswerPolicy(421), false));
    }

    /** The listener lets in only so many. */
    static SimProxy admitting(final WorkerOptions options, final ListenerAdmission admission) {
        return new SimProxy(9, FaultPlan.none(), options, null, listener(PORT, admission));
    }

    /** The listener lets in only so many, on a kernel with faults. */
    static SimProxy admitting(final long seed, final FaultPlan plan, final ListenerAdmission admission) {
        return new SimProxy(seed, plan, options(), null, listener(PORT, admission));
    }

    private SimProxy(final long seed, final FaultPlan plan, final WorkerOptions options,
            final BiFunction<Transport, Traffic, FrontMachine> fronts) {
        this(seed, plan, options, fronts, ListenerConfig.http(LISTENER));
    }

    private SimProxy(final long seed, final FaultPlan plan, final WorkerOptions options,
            final BiFunction<Transport, Traffic, FrontMachine> fronts, final ListenerConfig listener) {
        kernel = new SimKernel(seed, plan);
        world = kernel.world();
        user = new KernelUser(kernel);
        worker = new Worker(kernel, options, new Log(ring, kernel, 1, "WRK-00", LogLevel.WARN), seed, fronts);
        order(new Order.AddCluster(ClusterConfig.of(CLUSTER)), -1);
        listen(listener);
        world.sleep(2 * SET_UP_NANOS);
    }

    /** Returns the listener of a port as it is configured. */
    static ListenerConfig listener(final int port, final ListenerAdmission admission) {
        return new ListenerConfig(ListenerProtocol.HTTP, new InetSocketAddress("127.0.0.1", port), null,
                false, ListenerConfig.DEFAULT_STICKY_NAME, Timeouts.DEFAULT, HeaderPolicy.DEFAULT,
                ListenerLimits.DEFAULT, admission, AnswerPolicy.DEFAULT, false);
    }

    private void listen(final ListenerConfig listener) {
        final int fd = user.socket();
        check(user.bind(fd, listener.address().getPort()));
        check(kernel.listen(fd, 1024));
        order(new Order.AddHttpListener(listener), -1);
        addFrontend(listener.address(), "*", CLUSTER);
        order(new Order.ActivateListener(listener.address(), ListenerProtocol.HTTP, true, 0), fd);
    }

    private void addFrontend(final InetSocketAddress address, final String host, final String cluster) {
        order(new Order.AddHttpFrontend(new FrontendConfig(new FrontendKey(address, host, PathRule.ANY, null),
                cluster, RulePosition.TREE, Map.of())), -1);
    }

    /** Adds another listener in front of the cluster. */
    void addListener(final int port, final ListenerAdmission admission) {
        listen(listener(port, admission));
    }

    void removeListener(final int port) {
        order(new Order.RemoveListener(new InetSocketAddress("127.0.0.1", port), ListenerProtocol.HTTP), -1);
    }

    /** Adds another cluster, without backends, for a host of the first listener. */
    void addCluster(final String id, final String host, final ClusterAdmission admission) {
        order(new Order.AddCluster(new ClusterConfig(id, false, false, BalancingConfig.DEFAULT,
                FailurePolicy.DEFAULT, admission, ExchangeTerms.NONE)), -1);
        addFrontend(LISTENER, host, id);
    }

    /** Returns how much has been logged and not been taken away. */
    int loggedBytes() {
        return ring.usedBytes();
    }

    /** Takes away what has been logged. */
    String takeLog() {
        final int size = Math.max(ring.usedBytes(), LogRing.LINE_MAX_BYTES);
        final long target = NativeMemory.allocate(MemoryTag.SCRATCH, size);
        try {
            return new String(Memory.toArray(target, ring.take(target, size)), StandardCharsets.UTF_8);
        } finally {
            NativeMemory.free(MemoryTag.SCRATCH, target, size);
        }
    }

    /** Few slots and pages, so that tests come to their limits. */
    static WorkerOptions options() {
        return WorkerOptions.parse("{\"max_connections\":64,\"max_buffers\":64,\"buffer_size\":16384}");
    }

    private static void check(final int result) {
        if (result < 0) {
            throw new AssertionError(Errno.text(-result));
        }
    }

    void order(final Order order, final int fd) {
        final Answer answer = worker.orders().apply(order, fd);
        if (answer.status() != Answer.Status.OK) {
            throw new AssertionError(answer.message());
        }
    }

    void addBackend(final String id, final int port) {
        order(new Order.AddBackend(BackendConfig.of(CLUSTER, id, new InetSocketAddress("127.0.0.1", port))),
                -1);
    }

    /** Adds a backend that does this whenever a request has come whole; returns its port. */
    int addBackend(final String id, final Consumer<SimPeer> onRequest) {
        final int port = world.listen(0, peer -> {
            final MessageReader reader = new MessageReader(false, message -> onRequest.accept(peer));
            peer.onBytes((p, bytes) -> reader.take(bytes));
        }).port();
        addBackend(id, port);
        return port;
    }

    /** Adds a backend that takes so many requests at a time. */
    void addBackend(final String id, final int port, final int maxConnections) {
        order(new Order.AddBackend(new BackendConfig(CLUSTER, id,
                BackendAddress.of(new InetSocketAddress("127.0.0.1", port)), null,
                BackendConfig.DEFAULT_WEIGHT, false, maxConnections)), -1);
    }

    /** Replaces what the cluster does when its backends fail. */
    void onFailure(final FailurePolicy policy) {
        order(new Order.AddCluster(new ClusterConfig(CLUSTER, false, false, BalancingConfig.DEFAULT,
                policy)), -1);
    }

    /** Grants the cluster's exchanges terms of their own. */
    void grant(final ExchangeTerms terms) {
        order(new Order.AddCluster(new ClusterConfig(CLUSTER, false, false, BalancingConfig.DEFAULT,
                FailurePolicy.DEFAULT, ClusterAdmission.DEFAULT, terms)), -1);
    }

    /** Adds a frontend of the cluster for one path, with terms of its own. */
    void grant(final String path, final ExchangeTerms terms) {
        order(new Order.AddHttpFrontend(new FrontendConfig(new FrontendKey(LISTENER, "*",
                new PathRule(PathKind.EQUALS, path), null), CLUSTER, RulePosition.TREE, Map.of(),
                terms)), -1);
    }

    /** Removes the frontend that takes every request. */
    void removeFrontend() {
        order(new Order.RemoveHttpFrontend(new FrontendKey(LISTENER, "*", PathRule.ANY, null)), -1);
    }

    void removeBackend(final String id, final int port) {
        order(new Order.RemoveBackend(CLUSTER, id,
                BackendAddress.of(new InetSocketAddress("127.0.0.1", port))), -1);
    }

    SimPeer connect() {
        return world.connect(PORT);
    }

    /** Takes turns until a condition holds; fails when nothing happens any more or too much does. */
    void runUntil(final BooleanSupplier condition) {
        for (int turn = 0; turn < TURNS_MAX; turn++) {
            if (condition.getAsBoolean()) {
                return;
            }
            turn();
        }
        throw new AssertionError("still not: seed " + kernel.seed() + "\n" + kernel.describe() + "\n"
                + describe());
    }

    /** Returns the calls made meanwhile, by name. */
    SortedMap<String, Long> callsOf(final Runnable work) {
        final Map<String, Long> before = Map.copyOf(kernel.calls());
        work.run();
        final SortedMap<String, Long> made = new TreeMap<>();
        kernel.calls().forEach((name, count) -> {
            final long more = count - before.getOrDefault(name, 0L);
            if (more > 0) {
                made.put(name, more);
            }
        });
        return made;
    }

    /** Returns the same but for the waits that only time explains. */
    SortedMap<String, Long> callsButWaits(final Runnable work) {
        final SortedMap<String, Long> made = callsOf(work);
        made.remove("epoll_wait");
        return made;
    }

    /** Takes one turn and checks what must hold between turns. */
    void turn() {
        worker.loop().runOnce(TURN_NANOS);
        Invariants.check(worker);
    }

    String describe() {
        final Traffic traffic = worker.traffic();
        final StringBuilder text = new StringBuilder();
        for (int slot = 0; slot < traffic.connections().slots(); slot++) {
            if (traffic.connections().isLive(slot)) {
                text.append(traffic.newConnection().wrap(slot).describe()).append('\n');
            }
        }
        for (int slot = 0; slot < traffic.exchanges().slots(); slot++) {
            if (traffic.exchanges().isLive(slot)) {
                text.append(traffic.newExchange().wrap(slot).describe()).append('\n');
            }
        }
        return text.append("pages ").append(traffic.pool().used()).append(" log ").append(ring.usedBytes())
                .toString();
    }

    long counter(final String name) {
        return worker.counters().value(worker.counters().find(name).id());
    }

    int liveConnections() {
        return worker.traffic().connections().live();
    }

    @Override
    public void close() {
        worker.close();
        ring.close();
        user.close();
        if (!kernel.openFds().isEmpty()) {
            throw new AssertionError("open descriptors " + kernel.openFds() + " seed " + kernel.seed());
        }
    }
}
