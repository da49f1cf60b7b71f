package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.sim.Fault;
import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimKernel;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.eventloop.log.LogRing;
import io.sozu.eventloop.metrics.CountersReader;
import io.sozu.eventloop.metrics.Metric;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A warm-up leaves a worker as new, however it ends. */
@ExtendWith(LeakCheck.class)
final class WarmUpTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final WarmUp.Bounds BOUNDS = new WarmUp.Bounds(500, 0, PATIENCE_NANOS);

    private static final WarmUp.Bounds TLS = new WarmUp.Bounds(0, 200, PATIENCE_NANOS);

    /** Warms a worker up, checks that nothing is left in it; returns how many exchanges there were. */
    private static int warmUp(final Kernel kernel, final WorkerOptions options, final boolean loud) {
        return warmUp(kernel, options, BOUNDS, loud);
    }

    private static int warmUp(final Kernel kernel, final WorkerOptions options, final WarmUp.Bounds bounds,
            final boolean loud) {
        final LogRing ring = new LogRing(1 << 20);
        final Log log = new Log(ring, kernel, 1, "WRK-00", LogLevel.WARN);
        try (ring; Worker worker = new Worker(kernel, options, log, 1)) {
            final int finished = WarmUp.run(worker, kernel, options, log, bounds);
            log.flush();
            assertEquals(loud, ring.usedBytes() > 0, "whether it has logged");
            Invariants.check(worker);
            assertEquals(0, worker.traffic().connections().live());
            assertEquals(0, worker.traffic().exchanges().live());
            assertEquals(0, worker.traffic().pool().used());
            final CountersReader counters = worker.counters();
            for (final Metric metric : counters.metrics()) {
                assertEquals(0, counters.value(metric.id()), metric.name());
            }
            assertEquals(Answer.Status.ERROR,
                    worker.orders().apply(new Order.RemoveCluster("warm-up"), -1).status());
            return finished;
        }
    }

    @Test
    void shouldLeaveAWorkerAsNew() {
        try (LinuxKernel kernel = new LinuxKernel()) {
            assertTrue(warmUp(kernel, SimProxy.options(), false) >= BOUNDS.exchanges());
        }
    }

    /** With TLS each exchange of a client is two of the worker. */
    @Test
    void shouldLeaveAWorkerAsNewThatSpeaksTlsWithItself() {
        try (LinuxKernel kernel = new LinuxKernel()) {
            assertTrue(warmUp(kernel, SimProxy.options(), TLS, false) >= TLS.tlsExchanges());
            assertTrue(warmUp(kernel, WorkerOptions.parse(
                    "{\"max_connections\":2,\"max_buffers\":8,\"buffer_size\":16384,\"max_handshakes\":1}"),
                    TLS, false) >= TLS.tlsExchanges());
        }
    }

    @Test
    void shouldDoWithoutTlsWhereThereIsNoPlaceForIt() {
        try (LinuxKernel kernel = new LinuxKernel()) {
            assertEquals(0, warmUp(kernel, WorkerOptions.parse(
                    "{\"max_connections\":1,\"max_buffers\":8,\"buffer_size\":4096}"), TLS, true));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"max_connections\":1,\"max_buffers\":8,\"buffer_size\":4096}",
        "{\"max_connections\":9000,\"max_buffers\":8,\"buffer_size\":4096}",
        "{\"max_connections\":2,\"max_buffers\":1000,\"buffer_size\":1048576}"})
    void shouldDoWithTheLeastOfEverything(final String options) {
        try (LinuxKernel kernel = new LinuxKernel()) {
            assertTrue(warmUp(kernel, WorkerOptions.parse(options), false) >= BOUNDS.exchanges());
        }
    }

    @Test
    void shouldEndInTimeAndDoNothingWhenNothingIsAskedFor() {
        try (LinuxKernel kernel = new LinuxKernel(); LogRing ring = new LogRing(1 << 16)) {
            final Log log = new Log(ring, kernel, 1, "WRK-00", LogLevel.WARN);
            try (Worker worker = new Worker(kernel, SimProxy.options(), log, 1)) {
                assertEquals(0, WarmUp.run(worker, kernel, SimProxy.options(), log,
                        new WarmUp.Bounds(0, 0, 1)));
                assertEquals(0, WarmUp.run(worker, kernel, SimProxy.options(), log,
                        new WarmUp.Bounds(1000, 0, 0)));
                final int finished = WarmUp.run(worker, kernel, SimProxy.options(), log,
                        new WarmUp.Bounds(Integer.MAX_VALUE, 0, 50_000_000));
                assertTrue(finished > 0, "none finished");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class,
            names = {"SOCKET_EMFILE", "ACCEPT_EMFILE", "CONNECT_REFUSED", "RESET_ON_READ",
        "RESET_ON_WRITE", "CONNECT_UNREACHABLE"})
    void shouldGiveUpWithoutALeakWhateverFails(final Fault fault) {
        for (final long opportunity : List.of(1L, 2L, 3L, 4L, 17L, 40L)) {
            final SimKernel kernel = new SimKernel(opportunity, FaultPlan.none().at(fault, opportunity)
                    .with(fault, opportunity == 40 ? 0.2 : 0));
            final WorkerOptions options = SimProxy.options();
            try (LogRing ring = new LogRing(1 << 20)) {
                final Log log = new Log(ring, kernel, 1, "WRK-00", LogLevel.WARN);
                try (Worker worker = new Worker(kernel, options, log, 1)) {
                    WarmUp.run(worker, kernel, options, log, new WarmUp.Bounds(500, 50, PATIENCE_NANOS));
                    Invariants.check(worker);
                    assertEquals(0, worker.traffic().connections().live());
                }
            }
            assertEquals(List.of(), List.copyOf(kernel.openFds()), "open descriptors");
        }
    }
}
