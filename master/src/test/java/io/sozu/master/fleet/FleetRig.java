package io.sozu.master.fleet;

import io.sozu.bindings.linux.FdMessage;
import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.linux.Processes;
import io.sozu.bindings.linux.Signals;
import io.sozu.channel.ChannelLimits;
import io.sozu.channel.ChannelTable;
import io.sozu.control.Order;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.eventloop.log.LogRing;
import io.sozu.eventloop.sink.LogTarget;
import io.sozu.eventloop.sink.LogWriter;
import io.sozu.eventloop.time.LoopClock;
import io.sozu.master.names.Names;
import io.sozu.master.state.ConfigState;
import io.sozu.master.state.RefusedException;
import io.sozu.worker.WorkerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A fleet of stub workers in real processes, kept by the loop of a test. */
public final class FleetRig implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long TURN_NANOS = 50_000_000L;

    public final LinuxKernel kernel = new LinuxKernel();
    public final Processes processes = new Processes();
    public final ConfigState state = new ConfigState();
    public final Path directory;
    public final FleetHost host;
    public final ListenerSockets sockets;
    public final Fleet fleet;
    public final Names names;
    private final LinuxKernel writerKernel = new LinuxKernel();
    private final LogWriter writer = new LogWriter();
    private final FdMessage descriptors = new FdMessage(1);
    private final Path logFile;
    private String failure;
    private boolean gone;

    /** Prepares a fleet; the stub's behaviour is that of {@code StubWorkerMain}. */
    public FleetRig(final int workers, final String behaviour) throws IOException {
        this(workers, behaviour, 10);
    }

    /** As the other, with a worker timeout. */
    public FleetRig(final int workers, final String behaviour, final int timeoutSeconds) throws IOException {
        this(workers, false, behaviour, timeoutSeconds);
    }

    /** As the other, with a spare worker behind the others where wanted. */
    FleetRig(final int workers, final boolean spare, final String behaviour,
            final int timeoutSeconds) throws IOException {
        directory = Files.createTempDirectory("sozu-fleet");
        logFile = directory.resolve("log");
        System.setProperty(WorkerLauncher.MAIN_PROPERTY, "io.sozu.worker.StubWorkerMain");
        System.setProperty(WorkerLauncher.FLAGS_PROPERTY, "-ea -XX:TieredStopAtLevel=1 -Dstub=" + behaviour
                + " -Dstub.file=" + directory.resolve("go"));
        final LogRing ring = new LogRing(1 << 20);
        writer.add(ring, LogTarget.open("file://" + logFile, writerKernel));
        writer.start();
        final Log log = new Log(ring, kernel, ProcessHandle.current().pid(), "MASTER", LogLevel.DEBUG);
        final LoopClock clock = new LoopClock(kernel);
        final EventLoop loop = new EventLoop(kernel, clock, 64);
        final Alarms alarms = new Alarms(loop, clock, fault -> {
            throw fault;
        });
        final ChannelTable channels = new ChannelTable(loop, (channel, fault) -> {
            throw fault;
        });
        host = new FleetHost(loop, kernel, processes, descriptors, channels, alarms, log);
        names = new Names((name, handler) -> { }, alarms, log, 10);
        sockets = new ListenerSockets(kernel, workers);
        final FleetSettings settings = new FleetSettings(workers, spare, true,
                timeoutSeconds * 1_000_000_000L, 10_000_000_000L, false, new ChannelLimits(4096, 1 << 20));
        final WorkerOptions defaults = WorkerOptions.parse("{\"log_target\":\"file://" + logFile + "\"}");
        fleet = new Fleet(host, settings, new WorkerLauncher(defaults, directory), sockets, state::orders);
    }

    /** Starts all workers and returns when they serve. */
    public FleetRig start() {
        final boolean[] ready = {false};
        fleet.start(() -> ready[0] = true, why -> failure = why);
        until("all workers are ready", () -> ready[0] || failure != null);
        return this;
    }

    /** Returns why the start failed, or null. */
    public String failure() {
        return failure;
    }

    /** Opens a listener on a free port before the start. */
    public InetSocketAddress listen() throws IOException, RefusedException {
        final InetSocketAddress address = freeAddress();
        state.apply(new Order.AddHttpListener(ListenerConfig.http(address)));
        final String problem = sockets.open(address, ListenerProtocol.HTTP);
        if (problem != null) {
            throw new IOException(problem);
        }
        state.apply(new Order.ActivateListener(address, ListenerProtocol.HTTP, false,
                Order.NO_SLOT));
        return address;
    }

    public static InetSocketAddress freeAddress() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), probe.getLocalPort());
        }
    }

    public static Order.Change cluster(final String id) {
        return new Order.AddCluster(ClusterConfig.of(id));
    }

    /** Takes turns until something holds. */
    public void until(final String what, final BooleanSupplier condition) {
        final long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new AssertionError("never: " + what + "\n" + log());
            }
            host.loop().runOnce(TURN_NANOS);
            host.log().flush();
        }
    }

    /** Connects and returns who served it, {@code "slot pid"}; the loop turns meanwhile. */
    public String ask(final InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            until("an answer has come", () -> available(socket));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    private static boolean available(final Socket socket) {
        try {
            return socket.getInputStream().available() > 0;
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Connects as often as it takes to hear of both the slots' queues, with high certainty. */
    public List<String> askOften(final InetSocketAddress address) throws IOException {
        final List<String> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(ask(address));
        }
        return answers;
    }

    public WorkerProcess worker(final int slot) {
        return fleet.worker(slot);
    }

    public void kill(final int slot, final int signal) {
        processes.kill(worker(slot).pid(), signal);
    }

    /** Returns whether a slot is served by another process than before. */
    public boolean isReplaced(final int slot, final int formerPid) {
        final WorkerProcess worker = worker(slot);
        return worker != null && worker.pid() != formerPid && worker.phase() == WorkerPhase.READY;
    }

    public void stop(final boolean hard) {
        fleet.stop(hard, () -> gone = true);
    }

    public boolean isGone() {
        return gone;
    }

    public String log() {
        try {
            return Files.exists(logFile) ? Files.readString(logFile) : "";
        } catch (final IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws IOException {
        for (final WorkerProcess worker : fleet.processes()) {
            processes.kill(worker.pid(), Signals.SIGKILL);
        }
        if (!gone) {
            stop(true);
        }
        until("all workers are gone", () -> fleet.processes().isEmpty());
        sockets.close();
        host.alarms().close();
        host.loop().close();
        descriptors.close();
        processes.close();
        writer.close();
        writerKernel.close();
        kernel.close();
        System.clearProperty(WorkerLauncher.MAIN_PROPERTY);
        System.clearProperty(WorkerLauncher.FLAGS_PROPERTY);
        try (var files = Files.list(directory)) {
            files.forEach(each -> each.toFile().delete());
        }
        Files.delete(directory);
    }
}
