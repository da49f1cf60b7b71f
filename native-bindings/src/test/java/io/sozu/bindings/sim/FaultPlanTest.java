package io.sozu.bindings.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A correct program survives every plan; under a gentle one it loses nothing. */
@ExtendWith(LeakCheck.class)
final class FaultPlanTest {
    private static final int SEEDS = 150;
    private static final int CLIENTS = 12;

    @Test
    void shouldLoseNothingUnderGentleFaults() {
        for (long seed = 0; seed < SEEDS; seed++) {
            final SimKernel kernel = new SimKernel(seed, FaultPlan.gentle());
            kernel.world().buffers(1 + (int) (seed * 97 % 5000), 1 + (int) (seed * 31 % 3000));
            assertEquals(CLIENTS, serve(kernel), kernel::describe);
            assertTrue(seed == 0 || kernel.count(Fault.SHORT_READ) > 0, kernel::describe);
        }
    }

    @Test
    void shouldLeakNothingUnderHarshFaults() {
        long broken = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            final SimKernel kernel = new SimKernel(seed, FaultPlan.harsh().with(Fault.SOCKET_EMFILE, 0)
                    .with(Fault.CLOCK_JUMP, 0.0001));
            broken += CLIENTS - serve(kernel);
        }
        assertTrue(broken > 0, "harsh plans must break something");
    }

    private static long serve(final SimKernel kernel) {
        try (KernelUser user = new KernelUser(kernel)) {
            final EchoServer server = new EchoServer(kernel, user);
            server.serve(CLIENTS, 4000);
            assertTrue(kernel.openFds().isEmpty(), kernel::describe);
            return server.satisfied();
        }
    }

    @Test
    void shouldMakeAScriptedFaultHappenAtItsOpportunity() {
        final SimKernel kernel = new SimKernel(7, FaultPlan.none().at(Fault.RESET_ON_READ, 2));
        assertEquals(CLIENTS - 1, serve(kernel), kernel::describe);
        assertEquals(1, kernel.count(Fault.RESET_ON_READ));
    }
}
