package io.sozu.master.fleet;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Exit;
import io.sozu.bindings.linux.Signals;
import io.sozu.bindings.linux.SpawnPlan;
import io.sozu.channel.FrameChannel;
import io.sozu.control.Event;
import io.sozu.control.EventKind;
import io.sozu.control.Order;
import io.sozu.eventloop.Token;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The workers: one process per slot, started with the whole configuration, replaced when it dies.
 *
 * <p>A slot whose worker is known to be dead is served by another one at once; while a first worker is only
 * slow to start, the others wait a second before they serve its sockets too. A spare worker, where there is
 * one, has no sockets of its own and is the first to serve those of others. Belongs to the loop's thread.
 */
public final class Fleet implements WorkerProcess.Owner {
    private static final long POLL_NANOS = 100_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final FleetHost host;
    private final FleetSettings settings;
    private final WorkerLauncher launcher;
    private final ListenerSockets sockets;
    private final Supplier<? extends List<? extends Order>> state;
    private final List<WorkerSlot> slots = new ArrayList<>();
    private final Map<Integer, WorkerProcess> processes = new HashMap<>();
    private final Lending lending;
    private final FleetStop stop;
    private Consumer<Event> events = event -> { };
    private Runnable allReady;
    private Consumer<String> startFailed;
    private long count;

    /**
     * Prepares an empty fleet.
     *
     * @param state the configuration as orders, asked for whenever a worker starts
     */
    public Fleet(final FleetHost host, final FleetSettings settings, final WorkerLauncher launcher,
            final ListenerSockets sockets, final Supplier<? extends List<? extends Order>> state) {
        this.host = host;
        this.settings = settings;
        this.launcher = launcher;
        this.sockets = sockets;
        this.state = state;
        for (int number = 0; number < settings.workerCount(); number++) {
            slots.add(new WorkerSlot(number, false));
        }
        if (settings.spare()) {
            slots.add(new WorkerSlot(settings.workerCount(), true));
        }
        this.lending = new Lending(slots, sockets, host.log());
        this.stop = new FleetStop(host, settings, sockets, processes);
        host.loop().handle(Token.PROCESS, (token, events, nowNanos) -> onProcessEnd(Token.slot(token)));
    }

    /**
     * Starts a worker in every slot; the spare one follows when all others serve.
     *
     * @param whenReady called once, when all of them but the spare one serve
     * @param whenFailed called once with the reason when one of them ends before that
     */
    public void start(final Runnable whenReady, final Consumer<String> whenFailed) {
        allReady = whenReady;
        startFailed = whenFailed;
        slots.stream().filter(slot -> !slot.isSpare()).forEach(this::spawn);
        host.alarms().after(FleetSettings.LEND_AFTER_NANOS, this::lend);
        host.alarms().every(FleetSettings.HEARTBEAT_NANOS, this::heartbeat);
    }

    /** Names who hears of workers that come and go, and of what they tell. */
    public void onEvent(final Consumer<Event> receiver) {
        events = receiver;
    }

    public FleetSettings settings() {
        return settings;
    }

    /** Returns every process that has not ended: those of the slots first, then those that only drain. */
    public List<WorkerProcess> processes() {
        final List<WorkerProcess> all = new ArrayList<>();
        for (final WorkerSlot slot : slots) {
            if (slot.process() != null) {
                all.add(slot.process());
            }
        }
        processes.values().stream().filter(each -> !all.contains(each)).forEach(all::add);
        return all;
    }

    /** Returns whether a worker has no sockets but those that are lent to it. */
    public boolean isSpare(final WorkerProcess worker) {
        return slots.get(worker.slot()).isSpare();
    }

    /** Returns the process of a slot, or null when there is no such slot or it is vacant. */
    public WorkerProcess worker(final int slot) {
        return slot >= 0 && slot < slots.size() ? slots.get(slot).process() : null;
    }

    /**
     * Spreads an order: each worker gets it, and of {@code ACTIVATE_LISTENER} one for each slot it serves.
     *
     * <p>A worker that is still starting gets it behind its configuration and is not waited for; one that
     * drains has no listeners any more.
     */
    public List<Errand> errands(final Order order) {
        final List<Errand> errands = new ArrayList<>();
        for (final WorkerProcess worker : processes()) {
            final boolean awaited = worker.isServing();
            final String suffix = "worker-" + worker.slot();
            if (order instanceof final Order.ActivateListener activate) {
                activations(worker, activate, errands);
            } else if (worker.phase() != WorkerPhase.STOPPING) {
                errands.add(new Errand(worker, order, -1, suffix, awaited));
            } else {
                errands.add(new Errand(worker, order, -1, suffix + "-pid-" + worker.pid(), false));
            }
        }
        return errands;
    }

    private void activations(final WorkerProcess worker, final Order.ActivateListener order,
            final List<Errand> errands) {
        for (final WorkerSlot slot : slots) {
            if (slot.process() == worker && !slot.isSpare() || slot.borrower() == worker) {
                final int number = slot.number();
                final Order own = sockets.activation(order.address(), number);
                final String suffix = "worker-" + worker.slot()
                        + (slot.process() == worker ? "" : "-slot-" + number);
                errands.add(new Errand(worker, own, sockets.fd(order.address(), number), suffix,
                        worker.isServing()));
            }
        }
    }

    /** Closes the sockets of a listener that no worker serves any more. */
    public void closeListener(final InetSocketAddress listener) {
        for (final int fd : sockets.fds(listener)) {
            processes.values().forEach(each -> each.forget(fd));
        }
        sockets.close(listener);
    }

    /** Ends one worker, softly or at once, and starts another one in its slot. */
    public void replace(final WorkerProcess worker, final boolean hard, final Runnable whenGone) {
        worker.whenGone(whenGone);
        worker.send("REPLACE-" + count++ + "-worker-" + worker.slot(),
                hard ? new Order.HardStop() : new Order.SoftStop(), -1, answer -> { });
        onLeavingFrame(worker);
    }

    /** Ends all workers; a second call, or a hard one, shortens the first. Nothing is restarted any more. */
    public void stop(final boolean hard, final Runnable whenGone) {
        startFailed = null;
        slots.forEach(slot -> slot.restart(null));
        stop.begin(hard, whenGone);
    }

    private void spawn(final WorkerSlot slot) {
        slot.restart(null);
        final List<? extends Order> orders = state.get();
        final int[] pair = new int[2];
        int pid = host.processes().socketPair(pair);
        long startNanos = 0;
        if (pid == 0) {
            final SpawnPlan plan = launcher.plan(slot.number(), orders, pair[1], isUrgent(slot));
            startNanos = host.kernel().monotonicNanos();
            pid = host.processes().spawn(plan);
            host.kernel().close(pair[1]);
        }
        if (pid < 0) {
            host.kernel().close(pair[0]);
            died(slot, "worker " + slot.number() + " cannot be started: " + Errno.describe(-pid));
            return;
        }
        adopt(slot, pid, pair[0], orders).startNanos(startNanos);
    }

    /** Clients wait for a worker that comes in place of the last one; at the start nobody does yet. */
    private boolean isUrgent(final WorkerSlot wanted) {
        return allReady == null && !wanted.isSpare() && slots.stream()
                .noneMatch(slot -> slot.process() != null && slot.process().isServing());
    }

    private WorkerProcess adopt(final WorkerSlot slot, final int pid, final int channelFd,
            final List<? extends Order> orders) {
        final int pidFd = host.processes().pidFd(pid);
        final FrameChannel channel = new FrameChannel(new FrameChannel.Host(host.loop(), host.kernel(),
                host.descriptors()), channelFd, host.channels().nextToken(),
                settings.channel()).readingAlways();
        final WorkerProcess worker = new WorkerProcess(this, slot.number(), pid, pidFd, channel);
        processes.put(pid, worker);
        slot.process(worker);
        host.channels().add(channel);
        int result = pidFd < 0 ? pidFd : channel.open(worker);
        if (result == 0) {
            result = host.loop().add(pidFd, EpollFlags.IN, Token.of(Token.PROCESS, 0, pid));
        }
        host.log().info(worker + " is starting");
        if (allReady == null) {
            tell(EventKind.WORKER_RELAUNCHED, worker, "pid " + pid);
        }
        if (settings.affinity()) {
            final int cpus = Runtime.getRuntime().availableProcessors();
            host.processes().setAffinity(pid, (slot.number() + 1) % cpus);
        }
        if (result < 0) {
            onTrouble(worker, "cannot be watched: " + Errno.describe(-result));
            host.processes().kill(pid, Signals.SIGKILL);
            awaitEnd(pid);
        }
        sendConfiguration(worker, orders);
        return worker;
    }

    /** Listeners are opened last: then whatever they lead to is known. */
    private void sendConfiguration(final WorkerProcess worker, final List<? extends Order> orders) {
        final String suffix = "-worker-" + worker.slot();
        for (final Order order : orders) {
            if (!(order instanceof Order.ActivateListener)) {
                worker.sendBatch("STATE-" + count++ + suffix, order, -1);
            }
        }
        for (final InetSocketAddress listener : slots.get(worker.slot()).isSpare()
                ? List.<InetSocketAddress>of() : sockets.listeners()) {
            final Order order = sockets.activation(listener, worker.slot());
            worker.sendBatch("STATE-" + count++ + suffix, order, sockets.fd(listener, worker.slot()));
        }
    }

    @Override
    public void onReadyFrame(final WorkerProcess worker) {
        final WorkerSlot slot = slots.get(worker.slot());
        worker.enter(WorkerPhase.READY);
        slot.policy().ready(host.alarms().nowNanos());
        lending.takeBack(slot);
        host.log().info(worker + " is ready, "
                + (host.kernel().monotonicNanos() - worker.startNanos()) / NANOS_PER_MILLI
                + " ms after its start");
        tell(EventKind.WORKER_READY, worker, "pid " + worker.pid());
        if (allReady == null) {
            lend();
        } else if (slots.stream().allMatch(each -> each.isSpare() || each.isServed())) {
            final Runnable whenReady = allReady;
            allReady = null;
            startFailed = null;
            whenReady.run();
            slots.stream().filter(WorkerSlot::isSpare).forEach(this::spawn);
        }
    }

    @Override
    public void onLeavingFrame(final WorkerProcess worker) {
        if (worker.phase() == WorkerPhase.STOPPING || worker.phase() == WorkerPhase.STOPPED) {
            return;
        }
        worker.enter(WorkerPhase.STOPPING);
        host.log().info(worker + " drains and will end");
        lending.forget(worker);
        final WorkerSlot slot = slots.get(worker.slot());
        if (slot.process() == worker) {
            slot.process(null);
            lend();
            if (!stop.isBegun()) {
                spawn(slot);
            }
        }
    }

    @Override
    public void onChannelEnd(final WorkerProcess worker) {
        host.alarms().after(launcher.lastNanos(), () -> kill(worker, "has closed its channel"));
    }

    @Override
    public void onTrouble(final WorkerProcess worker, final String what) {
        host.log().error(worker + " " + what);
    }

    @Override
    public void onHopeless(final WorkerProcess worker, final String why) {
        kill(worker, why);
    }

    @Override
    public void onEventFrame(final WorkerProcess worker, final Event event) {
        events.accept(event.seenBy(worker.slot()));
    }

    private void tell(final EventKind kind, final WorkerProcess worker, final String detail) {
        events.accept(Event.worker(kind, worker.slot(), detail));
    }

    private void kill(final WorkerProcess worker, final String reason) {
        if (worker.phase() != WorkerPhase.STOPPED) {
            host.log().error(worker + " " + reason + " and is killed");
            host.processes().kill(worker.pid(), Signals.SIGKILL);
        }
    }

    /** Looks again and again whether a process without a pidfd has ended. */
    private void awaitEnd(final int pid) {
        host.alarms().after(POLL_NANOS, () -> {
            onProcessEnd(pid);
            if (processes.containsKey(pid)) {
                awaitEnd(pid);
            }
        });
    }

    private void onProcessEnd(final int pid) {
        final WorkerProcess worker = processes.get(pid);
        final Exit exit = worker == null ? null : host.processes().waitPid(pid);
        if (exit == null) {
            return;
        }
        final boolean orderly = worker.phase() == WorkerPhase.STOPPING;
        processes.remove(pid);
        if (worker.pidFd() >= 0) {
            host.loop().remove(worker.pidFd());
            host.kernel().close(worker.pidFd());
        }
        host.channels().remove(worker.channel());
        worker.channel().close();
        lending.forget(worker);
        final WorkerSlot slot = slots.get(worker.slot());
        final boolean heldSlot = slot.process() == worker;
        if (heldSlot) {
            slot.process(null);
        }
        worker.lost();
        tell(orderly ? EventKind.WORKER_STOPPED : EventKind.WORKER_KILLED, worker,
                "pid " + pid + " " + exit.describe());
        if (stop.isBegun() || !heldSlot && orderly) {
            host.log().info(worker + " " + exit.describe());
        } else if (heldSlot) {
            died(slot, worker + " " + exit.describe());
        }
        stop.workerGone();
    }

    private void died(final WorkerSlot slot, final String how) {
        if (startFailed != null) {
            final Consumer<String> whenFailed = startFailed;
            startFailed = null;
            whenFailed.accept(how + " before it was ready; its own output says more");
            return;
        }
        final long delayNanos = slot.policy().died(host.alarms().nowNanos());
        if (!settings.restarts()) {
            host.log().error(how + "; workers are not restarted (worker_automatic_restart)");
        } else if (delayNanos == 0) {
            host.log().error(how + "; another one is started");
        } else {
            host.log().error(how + "; that was crash " + slot.policy().crashes()
                    + " in a row, another one is started in " + delayNanos / NANOS_PER_MILLI + " ms");
        }
        lend();
        if (settings.restarts()) {
            slot.restart(host.alarms().after(delayNanos, () -> spawn(slot)));
        }
    }

    private void lend() {
        if (!stop.isBegun()) {
            lending.lend();
        }
    }

    private void heartbeat() {
        final long nowNanos = host.alarms().nowNanos();
        for (final WorkerProcess worker : processes()) {
            if (worker.phase() == WorkerPhase.STARTING || worker.phase() == WorkerPhase.STOPPING) {
                continue;
            }
            final String id = "HEARTBEAT-" + count++ + "-worker-" + worker.slot();
            if (!worker.heartbeat(id, nowNanos, settings.workerTimeoutNanos())
                    && worker.phase() == WorkerPhase.READY) {
                worker.enter(WorkerPhase.NOT_ANSWERING);
                host.log().error(worker + " has not answered for "
                        + settings.workerTimeoutNanos() / 1_000_000_000 + " s");
            }
        }
    }
}
