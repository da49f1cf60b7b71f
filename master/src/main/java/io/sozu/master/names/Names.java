package io.sozu.master.names;

import io.sozu.control.Order;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.eventloop.log.Log;
import io.sozu.master.fleet.Alarms;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes backends at addresses of backends at names, and keeps them up to date.
 *
 * <p>The configuration keeps the name; the workers know only addresses. A name is looked up when its first
 * backend is added, and again and again; the last answer holds until there is another one. Until the first,
 * the backend does not exist for the workers. Belongs to the loop's thread and never waits.
 */
public final class Names {
    /** More addresses of one name are not used. */
    static final int MAX_ADDRESSES = 64;
    /** A look-up that takes longer is complained about; its answer is taken whenever it comes. */
    static final long SLOW_NANOS = 5_000_000_000L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** After a failure the next look-up comes sooner than the interval: after 1 s, 2 s, 4 s, up to 64 s. */
    private static final int MAX_DOUBLINGS = 6;

    private final Lookups lookups;
    private final Alarms alarms;
    private final Log log;
    private final long intervalNanos;
    private final Map<String, NamedHost> hosts = new HashMap<>();
    /** How many backends at names are the one at an address; more than one only where ids are the same. */
    private final Map<Order.RemoveBackend, Integer> holders = new HashMap<>();
    private Consumer<Order.Change> workers = order -> { };

    /**
     * @param intervalSeconds from the end of a look-up to the next one of the same name
     */
    public Names(final Lookups lookups, final Alarms alarms, final Log log, final int intervalSeconds) {
        this.lookups = lookups;
        this.alarms = alarms;
        this.log = log;
        this.intervalNanos = intervalSeconds * NANOS_PER_SECOND;
    }

    /** Names who hears of addresses that come and go by themselves, as orders for the workers. */
    public void onChange(final Consumer<Order.Change> receiver) {
        workers = receiver;
    }

    /** Returns what the workers are to be told of an order that the configuration has accepted. */
    public List<Order.Change> obeyed(final Order.Change order) {
        return switch (order) {
            case Order.AddBackend add when add.backend().address() instanceof BackendAddress.Name name ->
                added(name, add.backend());
            case Order.RemoveBackend remove when remove.address() instanceof BackendAddress.Name name ->
                removed(name, remove);
            default -> List.of(order);
        };
    }

    /** Returns the orders that bring a new worker where the others are, out of those of the configuration. */
    public List<Order.Change> resolved(final List<Order.Change> orders) {
        final List<Order.Change> all = new ArrayList<>(orders.size());
        for (final Order.Change order : orders) {
            if (order instanceof final Order.AddBackend add
                    && add.backend().address() instanceof final BackendAddress.Name name) {
                addresses(name).forEach(ip -> all.add(new Order.AddBackend(add.backend().at(ip))));
            } else {
                all.add(order);
            }
        }
        return all;
    }

    /** Returns what a name stood for when it was last answered; empty until there was an answer. */
    public List<InetAddress> addresses(final BackendAddress.Name name) {
        final NamedHost host = hosts.get(name.host());
        return host == null ? List.of() : host.addresses();
    }

    /** Returns why the last look-up of a name failed, or null. */
    public String problem(final BackendAddress.Name name) {
        final NamedHost host = hosts.get(name.host());
        return host == null ? null : host.problem();
    }

    private List<Order.Change> added(final BackendAddress.Name name, final BackendConfig backend) {
        final NamedHost known = hosts.get(name.host());
        final NamedHost host = known == null ? new NamedHost(name.host()) : known;
        final boolean isNew = host.backends().put(key(backend), backend) == null;
        final List<Order.Change> orders = new ArrayList<>();
        for (final InetAddress ip : host.addresses()) {
            final BackendConfig at = backend.at(ip);
            if (isNew) {
                holders.merge(key(at), 1, Integer::sum);
            }
            orders.add(new Order.AddBackend(at));
        }
        if (known == null) {
            hosts.put(name.host(), host);
            lookUp(host);
        } else if (isNew && host.isAbandoned() && host.backends().size() == 1) {
            watch(host);
        }
        return orders;
    }

    private List<Order.Change> removed(final BackendAddress.Name name, final Order.RemoveBackend order) {
        final List<Order.Change> orders = new ArrayList<>();
        final NamedHost host = hosts.get(name.host());
        final BackendConfig backend = host == null ? null : host.backends().remove(order);
        if (backend != null) {
            host.addresses().forEach(ip -> release(key(backend.at(ip)), orders));
            if (host.backends().isEmpty()) {
                host.abandon();
                forget(host);
            }
        }
        return orders;
    }

    private void release(final Order.RemoveBackend key, final List<Order.Change> orders) {
        if (holders.merge(key, -1, Integer::sum) == 0) {
            holders.remove(key);
            orders.add(key);
        }
    }

    private static Order.RemoveBackend key(final BackendConfig backend) {
        return new Order.RemoveBackend(backend.clusterId(), backend.backendId(), backend.address());
    }

    /** A name whose look-up hangs is kept until it ends, so that none is looked up twice at a time. */
    private void forget(final NamedHost host) {
        if (host.backends().isEmpty() && !host.isLookingUp()) {
            hosts.remove(host.host());
        }
    }

    private void lookUp(final NamedHost host) {
        host.lookingUp(true);
        watch(host);
        lookups.start(host.host(), (addresses, problem) -> ended(host, addresses, problem));
    }

    private void watch(final NamedHost host) {
        host.alarm(alarms.after(SLOW_NANOS, () -> {
            failed(host, "no answer has come for 5 s");
            lookups.relieve();
            watch(host);
        }));
    }

    private void ended(final NamedHost host, final List<InetAddress> addresses, final String problem) {
        host.lookingUp(false);
        if (!host.isAbandoned()) {
            answered(host, addresses, problem);
            return;
        }
        host.adopt();
        if (host.backends().isEmpty()) {
            forget(host);
        } else {
            lookUp(host);
        }
    }

    private void answered(final NamedHost host, final List<InetAddress> addresses, final String problem) {
        final List<InetAddress> usable = addresses == null ? List.of() : usable(addresses);
        final int failures = host.failures(usable.isEmpty());
        host.alarm(alarms.after(failures == 0 ? intervalNanos : Math.min(intervalNanos,
                NANOS_PER_SECOND << Math.min(failures - 1, MAX_DOUBLINGS)), () -> lookUp(host)));
        if (usable.isEmpty()) {
            failed(host, addresses == null ? problem : "no address in the answer can be connected to");
            return;
        }
        final boolean wasBroken = host.problem() != null;
        host.problem(null);
        if (!usable.equals(host.addresses())) {
            log.info("the name " + host.host() + " stands for " + text(usable));
            change(host, usable);
        } else if (wasBroken) {
            log.info("the name " + host.host() + " is answered again");
        }
    }

    private void failed(final NamedHost host, final String problem) {
        if (host.problem() == null) {
            log.warn("the name " + host.host() + " cannot be looked up: " + problem
                    + (host.addresses().isEmpty() ? "; its backends are absent until it can"
                    : "; its last addresses go on serving: " + text(host.addresses())));
        }
        host.problem(problem);
    }

    /** What is new comes first, so that nobody is without a backend in between. */
    private void change(final NamedHost host, final List<InetAddress> next) {
        final List<InetAddress> former = host.addresses();
        host.addresses(next);
        final List<Order.Change> orders = new ArrayList<>();
        for (final BackendConfig backend : host.backends().values()) {
            next.stream().filter(ip -> !former.contains(ip)).map(backend::at).forEach(at -> {
                holders.merge(key(at), 1, Integer::sum);
                orders.add(new Order.AddBackend(at));
            });
        }
        for (final BackendConfig backend : host.backends().values()) {
            former.stream().filter(ip -> !next.contains(ip)).map(backend::at)
                    .forEach(at -> release(key(at), orders));
        }
        orders.forEach(workers);
    }

    /** Sorts, so that answers in another order are the same; drops what names no other machine. */
    private List<InetAddress> usable(final List<InetAddress> addresses) {
        return addresses.stream()
                .filter(ip -> !ip.isAnyLocalAddress() && !ip.isMulticastAddress() && !ip.isLinkLocalAddress())
                .distinct().sorted(Comparator.comparing(InetAddress::getHostAddress)).limit(MAX_ADDRESSES)
                .toList();
    }

    private static String text(final List<InetAddress> addresses) {
        return String.join(", ", addresses.stream().map(InetAddress::getHostAddress).toList());
    }
}
