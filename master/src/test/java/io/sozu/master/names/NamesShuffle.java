package io.sozu.master.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.SimKernel;
import io.sozu.control.Order;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.eventloop.log.LogRing;
import io.sozu.eventloop.time.LoopClock;
import io.sozu.master.fleet.Alarms;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Backends at names that come and go, and answers that come in any order, beside a naive model of both. */
final class NamesShuffle {
    private static final int STEPS = 120;
    private static final String[] HOSTS = {"a.test", "b.test", "c.test"};

    private record Pending(String host, LookupHandler handler, boolean[] stale) {
    }

    private final Random random;
    private final SimKernel kernel;
    private final List<Pending> pending = new ArrayList<>();
    private final Map<Order.RemoveBackend, BackendConfig> written = new LinkedHashMap<>();
    private final Map<String, List<InetAddress>> answers = new HashMap<>();
    private final Map<Order.RemoveBackend, BackendConfig> workers = new HashMap<>();
    private final String label;

    NamesShuffle(final long seed) {
        this.random = new Random(seed);
        this.kernel = new SimKernel(seed);
        this.label = "seed " + seed;
    }

    void run() {
        final LoopClock clock = new LoopClock(kernel);
        try (EventLoop loop = new EventLoop(kernel, clock, 8); LogRing ring = new LogRing(1 << 16);
             Alarms alarms = new Alarms(loop, clock, fault -> {
                 throw fault;
             })) {
            final Names names = new Names((host, handler) -> pending.add(new Pending(host, handler,
                new boolean[1])), alarms, new Log(ring, kernel, 1, "MASTER", LogLevel.ERROR), 3);
            names.onChange(this::obey);
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(5)) {
                    case 0 -> add(names);
                    case 1 -> remove(names);
                    case 2 -> {
                        kernel.world().sleep(random.nextInt(6) * 1_000_000_000L);
                        loop.runOnce(0);
                    }
                    default -> answer();
                }
                check(names);
            }
        }
    }

    private BackendConfig backend() {
        return new BackendConfig("web", "b" + random.nextInt(2), new BackendAddress.Name(
            HOSTS[random.nextInt(HOSTS.length)], 80 + random.nextInt(2)), null, random.nextInt(255),
            false, 0);
    }

    private static Order.RemoveBackend key(final BackendConfig backend) {
        return new Order.RemoveBackend(backend.clusterId(), backend.backendId(), backend.address());
    }

    private static String host(final BackendConfig backend) {
        return ((BackendAddress.Name) backend.address()).host();
    }

    private void add(final Names names) {
        final BackendConfig backend = backend();
        written.put(key(backend), backend);
        names.obeyed(new Order.AddBackend(backend)).forEach(this::obey);
    }

    private void remove(final Names names) {
        final BackendConfig backend = backend();
        if (written.remove(key(backend)) != null) {
            if (written.values().stream().noneMatch(each -> host(each).equals(host(backend)))) {
                answers.remove(host(backend));
                pending.stream().filter(each -> each.host.equals(host(backend)))
                    .forEach(each -> each.stale[0] = true);
            }
            names.obeyed(key(backend)).forEach(this::obey);
        }
    }

    private void answer() {
        if (pending.isEmpty()) {
            return;
        }
        final Pending one = pending.remove(random.nextInt(pending.size()));
        final List<InetAddress> ips = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            if (random.nextBoolean()) {
                ips.add(random.nextInt(ips.size() + 1), ip(i));
            }
        }
        if (!ips.isEmpty() && !one.stale[0]) {
            answers.put(one.host, ips);
        }
        one.handler.onEnd(ips.isEmpty() && random.nextBoolean() ? null : ips, "fails");
    }

    private static InetAddress ip(final int number) {
        try {
            return InetAddress.getByName(number == 3 ? "2001:db8::1" : "10.0.0." + number);
        } catch (final UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private void obey(final Order.Change order) {
        switch (order) {
            case Order.AddBackend add -> workers.put(key(add.backend()), add.backend());
            case Order.RemoveBackend remove -> assertNotNull(workers.remove(remove), label);
            default -> throw new AssertionError(order);
        }
    }

    private void check(final Names names) {
        final Set<Order.RemoveBackend> expected = new HashSet<>();
        written.values().forEach(each -> answers.getOrDefault(host(each), List.of())
            .forEach(ip -> expected.add(key(each.at(ip)))));
        assertEquals(expected, workers.keySet(), label);
        final Set<Order.RemoveBackend> resolved = new HashSet<>();
        final List<Order.Change> orders = new ArrayList<>();
        written.values().forEach(each -> orders.add(new Order.AddBackend(each)));
        names.resolved(orders).forEach(each -> resolved.add(key(((Order.AddBackend) each).backend())));
        assertEquals(expected, resolved, label);
        final Set<String> hosts = new HashSet<>();
        assertTrue(pending.stream().allMatch(each -> hosts.add(each.host)), label);
    }
}
