package io.sozu.master.fleet;

import io.sozu.bindings.linux.Signals;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The end of a whole fleet, in the order that loses least.
 *
 * <p>First the listening sockets become deaf to new connections. Then the workers are told to drain: for a
 * moment they go on accepting, so that handshakes under way end well and the queues are empty when they close
 * their copies of the sockets. The master closes its copies when all have begun to drain; from the last close
 * on a client is refused. The workers serve what they have until the drain deadline, and go.
 */
final class FleetStop {
    private static final long ACCEPT_NANOS = 1_000_000_000L;

    private final FleetHost host;
    private final FleetSettings settings;
    private final ListenerSockets sockets;
    private final Map<Integer, WorkerProcess> processes;
    private final List<Runnable> whenGone = new ArrayList<>();
    private boolean begun;
    private boolean hard;
    private long count;

    FleetStop(final FleetHost host, final FleetSettings settings, final ListenerSockets sockets,
            final Map<Integer, WorkerProcess> processes) {
        this.host = host;
        this.settings = settings;
        this.sockets = sockets;
        this.processes = processes;
    }

    boolean isBegun() {
        return begun;
    }

    void begin(final boolean nowHard, final Runnable afterwards) {
        whenGone.add(afterwards);
        final boolean second = begun;
        begun = true;
        if (nowHard || second) {
            endAtOnce();
        } else {
            sockets.listeners().forEach(sockets::refuseConnections);
            drain();
        }
        workerGone();
    }

    /** Looks whether anything is left. */
    void workerGone() {
        if (begun && processes.isEmpty()) {
            sockets.closeAll();
            final List<Runnable> all = new ArrayList<>(whenGone);
            whenGone.clear();
            all.forEach(Runnable::run);
        }
    }

    private void drain() {
        final Set<WorkerProcess> accepting = new HashSet<>();
        for (final WorkerProcess worker : List.copyOf(processes.values())) {
            if (worker.phase() == WorkerPhase.STOPPING) {
                continue;
            }
            worker.enter(WorkerPhase.STOPPING);
            accepting.add(worker);
            tell(worker, new Order.SoftStop(), () -> {
                accepting.remove(worker);
                if (accepting.isEmpty()) {
                    sockets.closeAll();
                }
            });
        }
        host.alarms().after(ACCEPT_NANOS, sockets::closeAll);
        host.alarms().after(settings.drainNanos() + FleetSettings.KILL_AFTER_NANOS, this::killAll);
    }

    private void endAtOnce() {
        if (hard) {
            killAll();
            return;
        }
        hard = true;
        sockets.closeAll();
        for (final WorkerProcess worker : List.copyOf(processes.values())) {
            tell(worker, new Order.HardStop(), () -> { });
            if (worker.phase() != WorkerPhase.STOPPED) {
                worker.enter(WorkerPhase.STOPPING);
            }
        }
        host.alarms().after(FleetSettings.KILL_AFTER_NANOS, this::killAll);
    }

    private void tell(final WorkerProcess worker, final Order order, final Runnable heard) {
        worker.send("STOP-" + count++ + "-worker-" + worker.slot(), order, -1, new AnswerHandler() {
            @Override
            public void onAnswer(final Answer answer) {
                heard.run();
            }

            @Override
            public void onLost() {
                heard.run();
            }
        });
    }

    private void killAll() {
        for (final WorkerProcess worker : processes.values()) {
            host.log().warn(worker + " has not ended in time and is killed");
            host.processes().kill(worker.pid(), Signals.SIGKILL);
        }
    }
}
