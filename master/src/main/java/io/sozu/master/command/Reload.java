package io.sozu.master.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sozu.control.Answer;
import io.sozu.control.Event;
import io.sozu.control.EventKind;
import io.sozu.control.Order;
import io.sozu.eventloop.log.Log;
import io.sozu.master.state.ChangeEvents;
import io.sozu.master.state.ConfigDiff;
import io.sozu.master.state.ConfigFile;
import io.sozu.master.state.ConfigFileException;
import io.sozu.master.state.ConfigState;
import io.sozu.master.state.RefusedException;
import io.sozu.master.state.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes the configuration what a file says: reads it, with the certificates it names, and gives the orders
 * that lead there from what there is, one after the other, as a client would. A file that is wrong changes
 * nothing. What the processes themselves are like stays until the next start, and is named.
 */
final class Reload {
    private static final int PROBLEMS_TOLD = 3;

    private final ConfigState state;
    private final Path usual;
    private final Settings settings;
    private final Obeyer obeyer;
    private final Consumer<Event> events;
    private final Log log;
    private boolean running;

    /** Obeys an order that changes the state: the last answer says what became of it. */
    interface Obeyer {
        void obey(String id, Order order, Consumer<Answer> client);
    }

    /**
     * Prepares.
     *
     * @param usual the file that the master was started with
     * @param settings what that file said about the processes
     */
    Reload(final ConfigState state, final Path usual, final Settings settings, final Obeyer obeyer,
            final Consumer<Event> events, final Log log) {
        this.state = state;
        this.usual = usual;
        this.settings = settings;
        this.obeyer = obeyer;
        this.events = events;
        this.log = log;
    }

    /** Obeys the order; the client gets one answer when all of it is done. */
    void begin(final String id, final Order.ReloadConfiguration order, final Consumer<Answer> client) {
        if (running) {
            client.accept(Answer.error(id, "a reload is under way: try again"));
            return;
        }
        try {
            final Path file = order.path() == null ? usual : absolute(order.path());
            final ConfigFile read = ConfigFile.load(file);
            final List<Order.Change> orders = ConfigDiff.between(state, wanted(read));
            if (order.dryRun()) {
                client.accept(Answer.ok(id, "CHANGES", preview(orders, read)));
            } else {
                read.warnings().forEach(log::warn);
                new Run(id, file, orders, read, client).goOn();
            }
        } catch (final ConfigFileException e) {
            client.accept(Answer.error(id, "nothing was changed: " + told(e.problems())));
        } catch (final RefusedException e) {
            client.accept(Answer.error(id, "nothing was changed: " + e.getMessage()));
        }
    }

    private static Path absolute(final String path) throws RefusedException {
        try {
            final Path file = Path.of(path);
            if (file.isAbsolute()) {
                return file;
            }
        } catch (final InvalidPathException e) {
            throw new RefusedException("path: this is no path: " + e.getReason());
        }
        throw new RefusedException("path: must be absolute, as the master runs elsewhere");
    }

    private static String told(final List<String> problems) {
        final String first = String.join("; ", problems.subList(0, Math.min(PROBLEMS_TOLD, problems.size())));
        return problems.size() <= PROBLEMS_TOLD ? first
                : first + "; and " + (problems.size() - PROBLEMS_TOLD) + " more: sozu check tells all";
    }

    /** The state of the file; where it leaves opening listeners to orders, those that are open stay so. */
    private ConfigState wanted(final ConfigFile read) throws RefusedException {
        final ConfigState wanted = new ConfigState();
        for (final Order.Change each : read.orders()) {
            wanted.apply(each);
        }
        if (!read.settings().activateListeners()) {
            for (final var listener : state.listeners()) {
                if (listener.active() && wanted.listener(listener.address()) != null) {
                    wanted.apply(new Order.ActivateListener(listener.address(), listener.protocol(), false,
                            Order.NO_SLOT));
                }
            }
        }
        return wanted;
    }

    private ArrayNode preview(final List<Order.Change> orders, final ConfigFile read)
            throws RefusedException {
        final ArrayNode lines = JsonNodeFactory.instance.arrayNode();
        final ConfigState scratch = state.copy();
        for (final Order.Change each : orders) {
            lines.add(ChangeEvents.of(scratch, each).answer("", null).message());
            scratch.apply(each);
        }
        read.warnings().forEach(each -> lines.add("warning: " + each));
        final String later = later(read);
        if (!later.isEmpty()) {
            lines.add(later);
        } else if (lines.isEmpty()) {
            lines.add("nothing would change");
        }
        return lines;
    }

    private String later(final ConfigFile read) {
        final List<String> parts = settings.partsUnlike(read.settings());
        return parts.isEmpty() ? "" : "what the file says of " + String.join(", ", parts)
                + " takes effect at the next start";
    }

    /** One reload under way. */
    private final class Run {
        private final String id;
        private final Path file;
        private final int count;
        private final Iterator<Order.Change> orders;
        private final ConfigFile read;
        private final Consumer<Answer> client;
        private final List<String> problems = new ArrayList<>();
        private boolean calling;
        private boolean answered;

        private Run(final String id, final Path file, final List<Order.Change> orders, final ConfigFile read,
                final Consumer<Answer> client) {
            this.id = id;
            this.file = file;
            this.count = orders.size();
            this.orders = orders.iterator();
            this.read = read;
            this.client = client;
            running = true;
        }

        /** Gives order after order; one whose answer does not come at once goes on from there. */
        private void goOn() {
            while (orders.hasNext()) {
                answered = false;
                calling = true;
                obeyer.obey(id, orders.next(), this::onAnswer);
                calling = false;
                if (!answered) {
                    return;
                }
            }
            end();
        }

        private void onAnswer(final Answer answer) {
            if (!answer.last()) {
                return;
            }
            if (answer.status() == Answer.Status.ERROR) {
                problems.add(answer.message());
            }
            answered = true;
            if (!calling) {
                goOn();
            }
        }

        private void end() {
            running = false;
            final List<String> parts = new ArrayList<>();
            parts.add(file + ": " + (count == 0 ? "nothing to change" : count + (count == 1 ? " change"
                    : " changes")));
            if (!problems.isEmpty()) {
                parts.add(problems.size() + " of them failed: " + told(problems));
            }
            if (!read.warnings().isEmpty()) {
                parts.add("warnings: " + told(read.warnings()));
            }
            final String later = later(read);
            if (!later.isEmpty()) {
                parts.add(later);
            }
            final String text = String.join("; ", parts);
            log.info("reloaded " + text);
            events.accept(Event.of(EventKind.CONFIGURATION_RELOADED, text));
            client.accept(problems.isEmpty() ? Answer.ok(id, text) : Answer.error(id, text));
        }
    }
}
