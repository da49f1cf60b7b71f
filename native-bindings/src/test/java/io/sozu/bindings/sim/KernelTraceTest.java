package io.sozu.bindings.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same scripts run on the simulation and on Linux and must have the same traces. */
final class KernelTraceTest {
    static List<KernelScript> scripts() {
        return KernelScript.all();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void shouldAnswerInTheSimulationAsLinuxDid(final KernelScript script) {
        final SimKernel kernel = new SimKernel(script.name().hashCode());
        kernel.world().latency(0, 0);
        assertEquals(text(script.lines()), text(script.trace(kernel, surroundings(kernel), false)));
        assertTrue(kernel.openFds().isEmpty(), kernel::describe);
    }

    /** How much fits before a sender is stuck depends on when acknowledgements come. */
    static List<KernelScript> scriptsWithoutFilling() {
        return KernelScript.all().stream().filter(script -> script.lines().stream()
                .noneMatch(line -> line.startsWith("fill") || line.startsWith("stuff"))).toList();
    }

    @ParameterizedTest
    @MethodSource("scriptsWithoutFilling")
    void shouldAnswerTheSameOverSlowLinksWhenEachStepIsWaitedFor(final KernelScript script) {
        final SimKernel kernel = new SimKernel(script.name().hashCode());
        assertEquals(text(script.lines()), text(script.trace(kernel, surroundings(kernel), true)));
        assertTrue(kernel.openFds().isEmpty(), kernel::describe);
    }

    private static KernelScript.Surroundings surroundings(final SimKernel kernel) {
        return new KernelScript.Surroundings() {
            @Override
            public void settle() {
                kernel.world().sleep(100_000_000);
            }

            @Override
            public int[] pair() {
                return kernel.socketPair();
            }
        };
    }

    private static String text(final List<String> lines) {
        return String.join("\n", lines);
    }
}
