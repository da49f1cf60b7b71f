package io.sozu.bindings.sim;

import java.util.SplittableRandom;

/** The dice of one kernel, a stream per fault: adding a fault to a plan leaves the others as they were. */
final class SimFaults {
    private final FaultPlan plan;
    private final SimClock clock;
    private final SplittableRandom[] dice = new SplittableRandom[Fault.values().length];
    private final long[] opportunities = new long[dice.length];
    private final long[] happened = new long[dice.length];

    SimFaults(final FaultPlan plan, final SimClock clock, final long seed) {
        this.plan = plan;
        this.clock = clock;
        for (int i = 0; i < dice.length; i++) {
            dice[i] = new SplittableRandom(seed * 31 + Fault.values()[i].name().hashCode());
        }
    }

    /** Asks whether a fault happens at this opportunity. */
    boolean happens(final Fault fault) {
        if (clock.isRunning() || !plan.isActive(clock.nowNanos() - SimClock.ORIGIN_NANOS)) {
            return false;
        }
        final int index = fault.ordinal();
        final long opportunity = ++opportunities[index];
        final double probability = plan.probability(fault);
        final boolean drawn = probability > 0 && dice[index].nextDouble() < probability;
        if (happened[index] >= plan.limit(fault) || !drawn && !plan.isScripted(fault, opportunity)) {
            return false;
        }
        happened[index]++;
        return true;
    }

    /** Draws a delay in nanoseconds, at least 1. */
    long delayNanos(final Fault fault) {
        return 1 + dice[fault.ordinal()].nextLong(Math.max(1, plan.maxDelayNanos()));
    }

    long jumpNanos(final Fault fault) {
        return 1 + dice[fault.ordinal()].nextLong(Math.max(1, plan.maxJumpNanos()));
    }

    /** Draws from {@code [0, bound)}. */
    int below(final Fault fault, final int bound) {
        return dice[fault.ordinal()].nextInt(bound);
    }

    long count(final Fault fault) {
        return happened[fault.ordinal()];
    }
}
