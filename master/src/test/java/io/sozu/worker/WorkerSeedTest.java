package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.tls.BackendTlsSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random clients and backends through a worker, in virtual time, with faults; the invariants are checked
 * after every turn. {@code -Dsim.seed=42} replays one run, {@code -Dsim.runs=100000} makes more of each kind,
 * {@code -Dsim.first=5000} others.
 */
@ExtendWith(LeakCheck.class)
final class WorkerSeedTest {
    private static final int RUNS = Integer.getInteger("sim.runs", 600);
    /** Runs with TLS are that much fewer: each connection costs a handshake. */
    private static final int TLS_SHARE = 12;
    private static final long FIRST_SEED = Long.getLong("sim.first", 1000);

    private interface Run {
        void run(long seed);
    }

    private static void seeds(final Run run) {
        seeds(RUNS, run);
    }

    private static void seeds(final long runs, final Run run) {
        final Long only = Long.getLong("sim.seed");
        if (only != null) {
            run.run(only);
            return;
        }
        for (long seed = FIRST_SEED; seed < FIRST_SEED + runs; seed++) {
            try {
                run.run(seed);
            } catch (final Throwable e) {
                throw new AssertionError("replay with -Dsim.seed=" + seed, e);
            }
        }
    }

    @Test
    void shouldServeEveryRequestWhenNothingIsLost() {
        seeds(seed -> traffic(seed, FaultPlan.gentle(), 0));
    }

    @Test
    void shouldNeverGiveAWrongAnswerWhenEverythingBreaks() {
        seeds(seed -> traffic(seed, FaultPlan.harsh().between(SimProxy.SET_UP_NANOS, Long.MAX_VALUE), 0.1));
    }

    @Test
    void shouldDoTheSameWithBackendsThatSpeakTls() {
        final SSLContext context = TestCertificate.make("EC", "b.test").context();
        final long runs = Math.max(1, RUNS / TLS_SHARE);
        seeds(runs, seed -> traffic(seed, FaultPlan.gentle(), 0, context));
        seeds(runs, seed -> traffic(seed, FaultPlan.harsh().between(SimProxy.SET_UP_NANOS, Long.MAX_VALUE),
                0.1, context));
    }

    private static void traffic(final long seed, final FaultPlan plan, final double breakOff) {
        traffic(seed, plan, breakOff, null);
    }

    private static void traffic(final long seed, final FaultPlan plan, final double breakOff,
            final SSLContext context) {
        final boolean kind = breakOff == 0;
        final SplittableRandom random = new SplittableRandom(seed);
        try (SimProxy proxy = new SimProxy(seed, plan, SimProxy.options())) {
            proxy.world.buffers(4 << random.nextInt(6) << 10, 4 << random.nextInt(6) << 10)
                    .latency(0, 1 + random.nextLong(2_000_000)).segmentBytes(1 << 4 + random.nextInt(12));
            final List<SimBackend> backends = new ArrayList<>();
            final boolean silent = !kind || random.nextInt(3) == 0;
            for (int i = 0; i <= random.nextInt(3); i++) {
                backends.add(new SimBackend(proxy, random.nextLong(), breakOff, silent, context));
                proxy.addBackend("b" + i, backends.getLast().port());
                if (context != null) {
                    proxy.worker.secured().put(i, new BackendTlsSettings(false, "", true, true, null),
                            "b.test", null);
                }
            }
            final List<SimClient> clients = clients(proxy, random, kind, kind && silent);
            proxy.runUntil(() -> clients.stream().allMatch(SimClient::isDone));
            check(proxy, clients, backends, kind);
        }
    }

    private static List<SimClient> clients(final SimProxy proxy, final SplittableRandom random,
            final boolean kind, final boolean idempotent) {
        final List<SimClient> clients = new ArrayList<>();
        int number = 0;
        for (int i = 0; i < 1 + random.nextInt(12); i++) {
            final List<Script> scripts = new ArrayList<>();
            final int count = 1 + random.nextInt(6);
            for (int k = 0; k < count; k++) {
                final Script any = Script.random(number++, random, 200_000);
                final Script script = idempotent ? any.idempotent() : any;
                scripts.add(script);
                if (script.responseForm() == 'u') {
                    break;
                }
            }
            final SimClient client = new SimClient(proxy, scripts, random.nextInt(3) == 0);
            if (random.nextInt(4) == 0) {
                client.peer().readLimit(100 + random.nextInt(2000));
            }
            if (!kind && random.nextInt(6) == 0) {
                proxy.world.after(random.nextLong(100_000_000), client.peer()::reset);
            }
            clients.add(client);
        }
        return clients;
    }

    private static void check(final SimProxy proxy, final List<SimClient> clients,
            final List<SimBackend> backends,
            final boolean kind) {
        for (final SimClient client : clients) {
            assertNull(client.wrong());
            if (kind) {
                assertEquals(0, client.refused(), client::toString);
            }
        }
        backends.forEach(backend -> assertNull(backend.wrong()));
        if (kind) {
            final int served = clients.stream().mapToInt(SimClient::served).sum();
            assertTrue(served >= clients.size(), "served " + served);
            clients.forEach(client -> assertTrue(client.toString().contains("rest 0"), client::toString));
        }
        clients.forEach(client -> client.peer().close());
        proxy.runUntil(() -> proxy.worker.traffic().exchanges().live() == 0
                && proxy.counter("client.connections") == 0);
        assertEquals(0, proxy.worker.traffic().pool().used());
        assertEquals(0, proxy.counter("sessions.broken"), "a machine has thrown");
    }
}
