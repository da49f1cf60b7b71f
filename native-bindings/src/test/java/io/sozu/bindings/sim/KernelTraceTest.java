package io.sozu.bindings.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scripts with the answers of Linux run on the simulation and must have the same traces. */
@ExtendWith(LeakCheck.class)
final class KernelTraceTest {
    private static final int RANDOM_SCRIPTS = 500;

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

    /** How much fits before a sender is stuck depends on when acknowledgements come. */
    static List<KernelScript> scriptsWithoutFilling() {
        return KernelScript.all().stream().filter(script -> !script.calls("fill") && !script.calls("stuff"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("scriptsWithoutFilling")
    void shouldAnswerTheSameOverSlowLinksWhenEachStepIsWaitedFor(final KernelScript script) {
        final SimKernel kernel = new SimKernel(script.name().hashCode());
        assertEquals(script.text(), script.on(kernel, new SimSurroundings(kernel), true).text());
        assertTrue(kernel.openFds().isEmpty(), kernel::describe);
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
