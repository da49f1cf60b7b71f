package io.sozu.bindings.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.linux.Processes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scripts with the answers of Linux, and random ones, run on both kernels and must have the same traces. */
@ExtendWith(LeakCheck.class)
final class KernelTraceTest {
    private static final int RANDOM_SCRIPTS = 500;
    private static final long[] SETTLE_NANOS = {0, 1_000_000, 50_000_000, 50_000_000};

    static List<KernelScript> scripts() {
        return KernelScript.all();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void shouldAnswerInTheSimulationAsLinuxDid(final KernelScript script) {
        final SimKernel kernel = new SimKernel(script.name().hashCode());
        kernel.world().latency(0, 0);
        assertEquals(script.text(), script.on(kernel, new SimSurroundings(kernel), false).text());
        assertTrue(kernel.openFds().isEmpty(), kernel::describe);
    }

    /**
     * How much fits before a sender is stuck depends on when acknowledgements come, and bytes are held back
     * for more only so long.
     */
    static List<KernelScript> scriptsWithoutTiming() {
        return KernelScript.all().stream()
                .filter(script -> Stream.of("fill", "stuff", "send-more").noneMatch(script::calls)).toList();
    }

    @ParameterizedTest
    @MethodSource("scriptsWithoutTiming")
    void shouldAnswerTheSameOverSlowLinksWhenEachStepIsWaitedFor(final KernelScript script) {
        final SimKernel kernel = new SimKernel(script.name().hashCode());
        assertEquals(script.text(), script.on(kernel, new SimSurroundings(kernel), true).text());
        assertTrue(kernel.openFds().isEmpty(), kernel::describe);
    }

    /**
     * The running kernel may be busy with others: a trace that differs is looked at again with more patience.
     */
    private static void assertAnswersOfLinux(final KernelScript script) {
        String trace = "";
        try (LinuxKernel kernel = new LinuxKernel(); Processes processes = new Processes()) {
            for (final long settleNanos : SETTLE_NANOS) {
                final var surroundings = new LinuxSurroundings(kernel, processes, settleNanos);
                trace = script.on(kernel, surroundings, false).text();
                if (trace.equals(script.text())) {
                    return;
                }
            }
        }
        assertEquals(script.text(), trace, script::name);
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void shouldAnswerOnLinuxAsWritten(final KernelScript script) {
        assertAnswersOfLinux(script);
    }

    /** What the simulation answers is expected of Linux: it also tells which events are worth waiting for. */
    @Test
    void shouldAnswerRandomScriptsOnLinuxAsInTheSimulation() {
        for (long seed = 0; seed < RANDOM_SCRIPTS; seed++) {
            final SimKernel kernel = new SimKernel(seed);
            kernel.world().latency(0, 0);
            assertAnswersOfLinux(RandomScript.of(seed).on(kernel, new SimSurroundings(kernel), false));
        }
    }

    @Test
    void shouldSurviveAnySequenceOfCallsAndGiveEverythingBack() {
        for (long seed = 0; seed < RANDOM_SCRIPTS; seed++) {
            final SimKernel kernel = new SimKernel(seed, FaultPlan.harsh().with(Fault.SOCKET_EMFILE, 0)
                    .with(Fault.WAIT_INTERRUPTED, 0));
            RandomScript.of(seed).on(kernel, new SimSurroundings(kernel), true);
            assertTrue(kernel.openFds().isEmpty(), kernel::describe);
        }
    }
}
