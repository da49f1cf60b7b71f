package io.sozu.master.command;

import io.sozu.control.Answer;
import io.sozu.control.Envelope;
import io.sozu.control.Event;
import io.sozu.control.EventKind;
import io.sozu.control.Order;
import io.sozu.control.model.Addresses;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.master.fleet.Alarms;
import io.sozu.master.fleet.Errand;
import io.sozu.master.fleet.Fleet;
import io.sozu.master.fleet.ListenerSockets;
import io.sozu.master.fleet.TicketKeyring;
import io.sozu.master.fleet.WorkerProcess;
import io.sozu.master.names.Names;
import io.sozu.master.state.ChangeEvents;
import io.sozu.master.state.ConfigState;
import io.sozu.master.state.RefusedException;
import io.sozu.master.state.Settings;
import io.sozu.master.state.TlsCheck;
import io.sozu.master.state.Updates;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Obeys the orders of clients: checks, changes the state, tells the workers, answers.
 *
 * <p>What fails has changed nothing. A listener is opened before the state says so; it is closed after the
 * workers have accepted what its queues hold, and after the queues were made deaf for long enough that
 * handshakes under way could end.
 */
public final class OrderDispatcher {
    private static final long QUIET_NANOS = 150_000_000L;

    private final ConfigState state;
    private final ListenerSockets sockets;
    private final Fleet fleet;
    private final Names names;
    private final TlsCheck check;
    private final TicketKeyring tickets;
    private final Alarms alarms;
    private final Log log;
    private final Stopper stopper;
    private final FanOut fanOut;
    private final Queries queries;
    private final EventFeed events = new EventFeed();
    private final Reload reload;
    private final Set<InetSocketAddress> closing = new HashSet<>();
    private long changes;
    private boolean stopping;

    /** What orders are obeyed with, all of one thread. */
    public record Means(ConfigState state, ListenerSockets sockets, Fleet fleet, Names names, TlsCheck check,
            TicketKeyring tickets, Alarms alarms, Log log) {
    }

    /** The file that the master was started with, and what it said about the processes. */
    public record Origin(Path file, Settings settings) {
    }

    public OrderDispatcher(final Means means, final Origin origin, final Stopper stopper) {
        this.state = means.state;
        this.sockets = means.sockets;
        this.fleet = means.fleet;
        this.names = means.names;
        this.check = means.check;
        this.tickets = means.tickets;
        this.alarms = means.alarms;
        this.log = means.log;
        this.stopper = stopper;
        this.fanOut = new FanOut(alarms, log, fleet.settings().workerTimeoutNanos());
        this.queries = new Queries(state, fleet, names, alarms);
        this.reload = new Reload(state, origin.file, origin.settings, this::change, events::tell, log);
        names.onChange(this::addressChanged);
        fleet.onEvent(events::tell);
    }

    /** Returns who tells what happens. */
    EventFeed events() {
        return events;
    }

    /** Obeys one order; the client gets any number of PROCESSING answers, then one that is the last. */
    public void dispatch(final Envelope envelope, final Consumer<Answer> client) {
        final String id = envelope.id();
        switch (envelope.order()) {
            case Order.SubscribeEvents subscribe -> client.accept(Answer.error(id,
                    "only a connection of its own can subscribe"));
            case Order.SetTicketKeys keys -> client.accept(Answer.error(id, keys.type()
                    + " is given by the master alone"));
            case Order.Query query -> queries.answer(id, query, client);
            case Order.Change change -> changeAll(envelope, client);
            case Order.Update update -> changeAll(envelope, client);
            case Order.Logging logging -> logging(envelope, logging, client);
            case Order.ReloadConfiguration order -> reload(envelope, order, client);
            case Order.SoftStop stop -> stop(envelope, false, client);
            case Order.HardStop stop -> stop(envelope, true, client);
        }
    }

    /** Refuses changes from now on. */
    public void stopping() {
        stopping = true;
        events.tell(Event.of(EventKind.SOZU_STOP_REQUESTED, null));
    }

    private void apply(final Order.Change order) throws RefusedException {
        final Event event = ChangeEvents.of(state, order);
        state.apply(order);
        events.tell(event);
    }

    private void changeAll(final Envelope envelope, final Consumer<Answer> client) {
        final String problem = problemOfChange(envelope);
        if (problem != null) {
            client.accept(Answer.error(envelope.id(), problem));
        } else {
            change(envelope.id(), envelope.order(), client);
        }
    }

    /** Returns why nothing can be changed this way, or null. */
    private String problemOfChange(final Envelope envelope) {
        if (envelope.workerId().isPresent()) {
            return envelope.order().type() + " is for all workers: leave worker_id out";
        }
        return stopping ? "the proxy is stopping" : null;
    }

    private void change(final String id, final Order given, final Consumer<Answer> client) {
        try {
            final Order.Change order = given instanceof final Order.Update update
                    ? Updates.change(state, update) : (Order.Change) given;
            switch (order) {
                case Order.ActivateListener o -> activate(id, o, client);
                case Order.DeactivateListener o -> close(id, o, o.address(), client);
                case Order.RemoveListener o -> close(id, o, o.address(), client);
                default -> {
                    state.check(order);
                    check.check(state, order);
                    final List<String> warnings = check.warnings(state, order,
                            System.currentTimeMillis() / 1000);
                    apply(order);
                    fanOut.send(id, order, errands(tickets.before(names.obeyed(order))),
                            answer -> client.accept(remarked(answer, warnings)));
                }
            }
        } catch (final RefusedException e) {
            client.accept(Answer.error(id, e.getMessage()));
        }
    }

    private static Answer remarked(final Answer answer, final List<String> warnings) {
        return warnings.isEmpty() || answer.status() != Answer.Status.OK ? answer
                : Answer.ok(answer.id(), "obeyed, with a warning: " + String.join("; ", warnings));
    }

    private List<Errand> errands(final List<Order> orders) {
        return orders.stream().flatMap(each -> fleet.errands(each).stream()).toList();
    }

    /** An address of a name has come or gone: no client asked for it, so only the log hears of a refusal. */
    private void addressChanged(final Order.Change order) {
        if (!stopping) {
            events.tell(ChangeEvents.of(state, order));
            fanOut.send("NAMES-" + changes++, order, fleet.errands(order), answer -> { });
        }
    }

    /** Makes tickets with a new key from now on. */
    public void rotateTicketKeys() {
        tickets.rotate();
        if (!stopping && state.listeners().stream().anyMatch(TicketKeyring::speaksTls)) {
            final Order keys = tickets.order();
            fanOut.send("TICKETS-" + changes++, keys, fleet.errands(keys), answer -> { });
        }
    }

    private void activate(final String id, final Order.ActivateListener order, final Consumer<Answer> client)
            throws RefusedException {
        state.check(order);
        final InetSocketAddress address = order.address();
        if (sockets.isOpen(address)) {
            client.accept(closing.contains(address)
                    ? Answer.error(id, "listener " + Addresses.format(address)
                    + " is just being closed: try again")
                    : Answer.ok(id, "listener " + Addresses.format(address) + " is open already"));
            return;
        }
        final boolean shared = sockets.isShared(address);
        final String problem = sockets.open(address, order.protocol());
        if (problem != null) {
            client.accept(Answer.error(id, problem));
            return;
        }
        if (shared) {
            log.warn(shared(address));
        }
        apply(order);
        fanOut.send(id, order, fleet.errands(order), client);
    }

    /** Names what happens when two proxies share an address. */
    public static String shared(final InetSocketAddress address) {
        return "another process of this user listens on " + Addresses.format(address)
                + " too: the kernel gives each a part of the connections";
    }

    private void close(final String id, final Order.Change order, final InetSocketAddress address,
            final Consumer<Answer> client) throws RefusedException {
        apply(order);
        if (!sockets.isOpen(address)) {
            fanOut.send(id, order, fleet.errands(order), client);
        } else if (closing.add(address)) {
            sockets.refuseConnections(address);
            alarms.after(QUIET_NANOS, () -> fanOut.send(id, order, fleet.errands(order), answer -> {
                closing.remove(address);
                fleet.closeListener(address);
                client.accept(answer);
            }));
        } else {
            alarms.after(2 * QUIET_NANOS, () -> fanOut.send(id, order, fleet.errands(order), client));
        }
    }

    private void reload(final Envelope envelope, final Order.ReloadConfiguration order,
            final Consumer<Answer> client) {
        final String problem = problemOfChange(envelope);
        if (problem != null) {
            client.accept(Answer.error(envelope.id(), problem));
        } else {
            reload.begin(envelope.id(), order, client);
        }
    }

    private void logging(final Envelope envelope, final Order.Logging order, final Consumer<Answer> client) {
        final String id = envelope.id();
        final LogLevel level;
        try {
            level = LogLevel.parse(order.filter());
        } catch (final IllegalArgumentException e) {
            client.accept(Answer.error(id, e.getMessage()));
            return;
        }
        List<Errand> errands = fleet.errands(order);
        if (envelope.workerId().isPresent()) {
            final int slot = envelope.workerId().getAsInt();
            errands = errands.stream().filter(each -> each.worker().slot() == slot).toList();
            if (errands.isEmpty()) {
                client.accept(noWorker(id, slot));
                return;
            }
        } else {
            log.level(level);
        }
        events.tell(Event.of(EventKind.LOGGING_LEVEL_CHANGED, order.filter()));
        fanOut.send(id, order, errands, client);
    }

    private void stop(final Envelope envelope, final boolean hard, final Consumer<Answer> client) {
        final String id = envelope.id();
        if (envelope.workerId().isEmpty()) {
            stopper.stop(hard, id, client);
            return;
        }
        final int slot = envelope.workerId().getAsInt();
        final WorkerProcess worker = fleet.worker(slot);
        if (worker == null || stopping) {
            client.accept(stopping ? Answer.error(id, "the proxy is stopping") : noWorker(id, slot));
            return;
        }
        client.accept(Answer.processing(id, worker + " ends, another one takes its place"));
        fleet.replace(worker, hard, () -> client.accept(Answer.ok(id, worker + " has ended")));
    }

    private Answer noWorker(final String id, final int slot) {
        return Answer.error(id, "no worker " + slot + " runs: there are 0 to "
                + (fleet.settings().workerCount() - (fleet.settings().spare() ? 0 : 1)));
    }
}
