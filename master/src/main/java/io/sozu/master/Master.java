package io.sozu.master;

import io.sozu.bindings.linux.FdMessage;
import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.linux.Processes;
import io.sozu.channel.ChannelLimits;
import io.sozu.channel.ChannelTable;
import io.sozu.control.Answer;
import io.sozu.control.Envelope;
import io.sozu.control.Order;
import io.sozu.control.model.Addresses;
import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.Inbox;
import io.sozu.eventloop.SignalSource;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.eventloop.log.LogRing;
import io.sozu.eventloop.sink.LogTarget;
import io.sozu.eventloop.sink.LogWriter;
import io.sozu.eventloop.time.LoopClock;
import io.sozu.master.command.CommandPath;
import io.sozu.master.command.CommandSocket;
import io.sozu.master.command.OrderDispatcher;
import io.sozu.master.fleet.Alarms;
import io.sozu.master.fleet.Fleet;
import io.sozu.master.fleet.FleetHost;
import io.sozu.master.fleet.FleetSettings;
import io.sozu.master.fleet.ListenerSockets;
import io.sozu.master.fleet.TicketKeyring;
import io.sozu.master.fleet.WorkerLauncher;
import io.sozu.master.names.LookupThreads;
import io.sozu.master.names.Names;
import io.sozu.master.names.SystemResolver;
import io.sozu.master.state.ConfigFile;
import io.sozu.master.state.ConfigState;
import io.sozu.master.state.RefusedException;
import io.sozu.master.state.Settings;
import io.sozu.master.state.TlsCheck;
import io.sozu.worker.WorkerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** The master process: wires its parts, starts them in order, ends them in the reverse one. */
final class Master implements AutoCloseable {
    private static final int EVENTS = 256;
    private static final int LOG_RING_BYTES = 1 << 20;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long LAST_ANSWERS_NANOS = NANOS_PER_SECOND;

    private final ConfigFile file;
    private final Settings settings;
    private final ConfigState state = new ConfigState();
    private final LinuxKernel kernel = new LinuxKernel();
    private final LinuxKernel signalKernel = new LinuxKernel();
    private final LinuxKernel writerKernel = new LinuxKernel();
    private final LinuxKernel lookupKernel = new LinuxKernel();
    private final Processes processes = new Processes();
    private final FdMessage descriptors = new FdMessage(1);
    private final LoopClock clock = new LoopClock(kernel);
    private final EventLoop loop = new EventLoop(kernel, clock, EVENTS);
    private final LogWriter writer = new LogWriter();
    private final LogRing ring = new LogRing(LOG_RING_BYTES);
    private final Log log;
    private final DescriptorLimit limit;
    private final Alarms alarms;
    private final Inbox inbox;
    private final LookupThreads lookups;
    private final Names names;
    private final ListenerSockets sockets;
    private final TicketKeyring tickets = new TicketKeyring();
    private final Fleet fleet;
    private final OrderDispatcher dispatcher;
    private final CommandPath commandPath;
    private final CommandSocket command;
    private final SignalSource signals;
    private boolean stopping;
    private int exitCode;

    /** Makes everything that a configuration asks for; nothing outside the process notices. */
    Master(final Path path, final ConfigFile file) {
        this.file = file;
        this.settings = file.settings();
        this.log = new Log(ring, kernel, ProcessHandle.current().pid(), "MASTER",
                LogLevel.parse(settings.logs().level()));
        this.limit = DescriptorLimit.raise(processes, settings.limits(), (int) file.orders().stream()
                .filter(Order.ActivateListener.class::isInstance).count(), settings.fleet().workerCount());
        this.alarms = new Alarms(loop, clock, this::onFault);
        this.inbox = new Inbox(loop, kernel, lookupKernel, this::onFault);
        this.lookups = new LookupThreads(new SystemResolver(), inbox);
        this.names = new Names(lookups, alarms, log, settings.resolveSeconds());
        final ChannelTable channels = new ChannelTable(loop, (channel, fault) -> {
            onFault(fault);
            channel.fail();
        });
        final FleetHost host = new FleetHost(loop, kernel, processes, descriptors, channels, alarms, log);
        this.sockets = new ListenerSockets(kernel, settings.fleet().workerCount());
        this.fleet = new Fleet(host, fleetSettings(), new WorkerLauncher(workerOptions(), directory()),
                sockets, () -> tickets.before(names.resolved(state.orders())));
        this.dispatcher = new OrderDispatcher(
                new OrderDispatcher.Means(state, sockets, fleet, names,
                        new TlsCheck(settings.tls().libraryName()), tickets, alarms, log),
                new OrderDispatcher.Origin(path.toAbsolutePath().normalize(), settings), this::stop);
        this.commandPath = new CommandPath(kernel, processes, settings.command().socket());
        this.command = new CommandSocket(host, settings.command().maxBufferBytes(),
                settings.command().allowedUids(), dispatcher);
        this.signals = new SignalSource(loop, kernel, signalKernel, this::onSignal);
    }

    /**
     * Starts the proxy and runs it until it is told to stop.
     *
     * @return the exit code of the process
     * @throws StartException when it cannot start; nothing is left behind
     */
    int run() throws StartException {
        startLog();
        file.warnings().forEach(log::warn);
        final String problem = commandPath.problem();
        if (problem != null) {
            throw new StartException(problem);
        }
        if (limit.problem() != null) {
            throw new StartException(limit.problem());
        }
        if (limit.remark() != null) {
            log.info(limit.remark());
        }
        configure();
        writePidFile();
        List.of("TERM", "INT", "HUP").forEach(signals::watch);
        loop.atEndOfTurn(nowNanos -> log.flush());
        alarms.every(settings.tls().ticketKeySeconds() * NANOS_PER_SECOND, dispatcher::rotateTicketKeys);
        alarms.every(HeapTrim.PERIOD_NANOS, HeapTrim.ofThisProcess()::look);
        fleet.start(this::onReady, this::onStartFailed);
        loop.run();
        return exitCode;
    }

    private void onFault(final RuntimeException fault) {
        log.error("a fault of the master itself", fault);
    }

    private void startLog() throws StartException {
        try {
            writer.add(ring, LogTarget.open(settings.logs().target(), writerKernel));
        } catch (final IOException e) {
            throw StartException.of("log_target " + settings.logs().target(), e);
        }
        writer.start();
    }

    /** Opens the listeners before anything is started: a taken address is the likeliest fault. */
    private void configure() throws StartException {
        try {
            for (final Order.Change order : file.orders()) {
                if (order instanceof final Order.ActivateListener activate) {
                    state.check(order);
                    open(activate);
                }
                state.apply(order);
                names.obeyed(order);
            }
        } catch (final RefusedException e) {
            throw new StartException(e.getMessage());
        }
    }

    /**
     * Where another process listens too, the workers that a dead master left as a rule, connections go on to
     * that one until the own workers serve: in a queue of ours they would wait for them.
     */
    private void open(final Order.ActivateListener order) throws StartException {
        final InetSocketAddress address = order.address();
        final boolean shared = sockets.isShared(address);
        final String problem = shared ? sockets.bind(address, order.protocol())
                : sockets.open(address, order.protocol());
        if (problem != null) {
            throw new StartException(problem);
        }
        if (shared) {
            log.warn(OrderDispatcher.shared(address));
        }
    }

    private void writePidFile() throws StartException {
        final Path pidFile = settings.fleet().pidFile();
        if (pidFile != null) {
            try {
                Files.writeString(pidFile, ProcessHandle.current().pid() + "\n");
            } catch (final IOException e) {
                throw StartException.of("pid_file_path " + pidFile, e);
            }
        }
    }

    private void onReady() {
        final String warning = commandPath.warning();
        if (warning != null) {
            log.warn(warning);
        }
        for (final InetSocketAddress listener : List.copyOf(sockets.listeners())) {
            final String problem = sockets.listen(listener);
            if (problem != null) {
                onStartFailed(problem);
                return;
            }
        }
        try {
            command.open(commandPath.listen());
        } catch (final IOException e) {
            onStartFailed(e.getMessage());
            return;
        }
        final List<String> addresses = new ArrayList<>();
        sockets.listeners().forEach(each -> addresses.add(Addresses.format(each)));
        final int workers = settings.fleet().workerCount();
        final String line = "ready: " + workers + (workers == 1 ? " worker" : " workers")
                + (addresses.isEmpty()
                ? ", no listener is open" : ", listening on " + String.join(", ", addresses))
                + "; orders at " + commandPath.path();
        log.info(line);
        if (!settings.logs().target().equals("stdout")) {
            System.out.println(line);
        }
        // Reading a large configuration takes many times what is kept of it.
        System.gc();
    }

    private void onStartFailed(final String why) {
        System.err.println("sozu: " + why);
        exitCode = MasterMain.FAILED;
        stopping = true;
        dispatcher.stopping();
        fleet.stop(true, loop::stop);
    }

    private void onSignal(final int number) {
        switch (number) {
            case SignalSource.HANGUP -> reload();
            case SignalSource.TERMINATE -> stop(stopping, "SIGTERM", answer -> { });
            default -> stop(stopping, "SIGINT", answer -> { });
        }
    }

    private void reload() {
        dispatcher.dispatch(new Envelope("SIGHUP", OptionalInt.empty(),
                new Order.ReloadConfiguration(null, false)), answer -> {
                    if (answer.status() == Answer.Status.ERROR) {
                        log.error("SIGHUP: " + answer.message());
                    }
                });
    }

    private void stop(final boolean hard, final String id, final Consumer<Answer> client) {
        log.info((hard ? "stopping at once: " : "stopping when all sessions have ended, within "
                + settings.fleet().shutdownTimeoutSeconds() + " s: ") + id);
        stopping = true;
        dispatcher.stopping();
        client.accept(Answer.processing(id, hard ? "stopping" : "draining"));
        fleet.stop(hard, () -> {
            client.accept(Answer.ok(id, "stopped"));
            end();
        });
    }

    /** The last answers may still be on their way to clients that are slow to read. */
    private void end() {
        log.info("all workers have ended");
        command.closeListening();
        commandPath.remove();
        if (command.hasUnsent()) {
            alarms.after(LAST_ANSWERS_NANOS, loop::stop);
        } else {
            loop.stop();
        }
    }

    private Path directory() {
        return settings.command().socket().toAbsolutePath().getParent();
    }

    private FleetSettings fleetSettings() {
        final Settings.Fleet fleetPart = settings.fleet();
        return new FleetSettings(fleetPart.workerCount(), fleetPart.spare(), fleetPart.automaticRestart(),
                fleetPart.workerTimeoutSeconds() * NANOS_PER_SECOND,
                fleetPart.shutdownTimeoutSeconds() * NANOS_PER_SECOND, fleetPart.affinity(),
                new ChannelLimits(settings.command().bufferBytes(), settings.command().maxBufferBytes()));
    }

    private WorkerOptions workerOptions() {
        final Settings.Limits limits = settings.limits();
        return new WorkerOptions(limit.maxConnections(), limits.bufferBytes(), limits.maxBuffers(),
                limits.evicts(),
                limits.maxIdlePerBackend(), limits.backendIdleSeconds(),
                settings.timeouts().frontSeconds(), settings.timeouts().backSeconds(),
                settings.timeouts().connectSeconds(), settings.timeouts().requestSeconds(),
                settings.fleet().shutdownTimeoutSeconds(), settings.fleet().orphanGraceSeconds(),
                settings.command().socket().toString(), settings.command().bufferBytes(),
                settings.command().maxBufferBytes(), LogLevel.parse(settings.logs().level()),
                settings.logs().target(), limits.perIp().maxConnections(),
                limits.perIp().retryAfterSeconds(), settings.tls().libraryName(),
                settings.tls().maxHandshakes());
    }

    /** Gives everything back; what a start that failed has opened too. */
    @Override
    public void close() {
        command.close();
        commandPath.remove();
        sockets.close();
        signals.close();
        lookups.close();
        inbox.close();
        alarms.close();
        loop.close();
        descriptors.close();
        processes.close();
        removePidFile();
        writer.close();
        signalKernel.close();
        lookupKernel.close();
        kernel.close();
    }

    private void removePidFile() {
        final Path pidFile = settings.fleet().pidFile();
        if (pidFile != null) {
            try {
                if (Files.exists(pidFile) && Files.readString(pidFile).strip()
                        .equals(Long.toString(ProcessHandle.current().pid()))) {
                    Files.delete(pidFile);
                }
            } catch (final IOException e) {
                log.warn("pid_file_path " + pidFile + " cannot be removed: " + e);
            }
        }
    }
}
