package io.sozu.bindings.sim;

import java.util.Collection;

/** What scripts need of the simulation besides the kernel's calls. */
record SimSurroundings(SimKernel kernel) implements KernelScript.Surroundings {
    private static final long SETTLED_NANOS = 100_000_000;

    @Override
    public void settle(final Collection<Integer> fds) {
        kernel.world().sleep(SETTLED_NANOS);
    }

    @Override
    public int[] pair() {
        return kernel.socketPair();
    }
}
