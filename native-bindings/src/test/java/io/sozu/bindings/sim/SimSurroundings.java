package io.sozu.bindings.sim;

/** What scripts need of the simulation besides the kernel's calls. */
record SimSurroundings(SimKernel kernel) implements KernelScript.Surroundings {
    private static final long SETTLED_NANOS = 100_000_000;

    @Override
    public void settle() {
        kernel.world().sleep(SETTLED_NANOS);
    }

    @Override
    public int[] pair() {
        return kernel.socketPair();
    }
}
