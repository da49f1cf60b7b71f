package io.sozu.bindings.sim;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which faults happen: with a probability at each opportunity, or at counted opportunities. An opportunity is
 * a call at which the fault would make a difference. A plan is a description and may serve several kernels.
 */
public final class FaultPlan {
    private final Map<Fault, Double> probabilities = new EnumMap<>(Fault.class);
    private final Map<Fault, Set<Long>> scripted = new EnumMap<>(Fault.class);
    private final Map<Fault, Long> limits = new HashMap<>();
    private long fromNanos;
    private long untilNanos = Long.MAX_VALUE;
    private long maxDelayNanos = 2_000_000;
    private long maxJumpNanos = 5_000_000_000L;

    /** Nothing goes wrong. */
    public static FaultPlan none() {
        return new FaultPlan();
    }

    /** What a correct program does not notice: cuts, delays, repetitions, interruptions; nothing is lost. */
    public static FaultPlan gentle() {
        return none().with(Fault.SHORT_READ, 0.2).with(Fault.SHORT_WRITE, 0.2).with(Fault.READ_AGAIN, 0.1)
                .with(Fault.WRITE_AGAIN, 0.1).with(Fault.EVENTS_DELAYED, 0.1)
                .with(Fault.EVENTS_REORDERED, 0.1)
                .with(Fault.SPURIOUS_EVENT, 0.05).with(Fault.WAIT_INTERRUPTED, 0.02);
    }

    /** As {@link #gentle}, and connections break, descriptors run out, the process stands still. */
    public static FaultPlan harsh() {
        return gentle().with(Fault.RESET_ON_READ, 0.01).with(Fault.RESET_ON_WRITE, 0.01)
                .with(Fault.ACCEPT_EMFILE, 0.05).with(Fault.ACCEPT_ABORTED, 0.05)
                .with(Fault.SOCKET_EMFILE, 0.05)
                .with(Fault.CONNECT_REFUSED, 0.05).with(Fault.CONNECT_TIMEOUT, 0.02)
                .with(Fault.CONNECT_UNREACHABLE, 0.02)
                .with(Fault.CLOCK_JUMP, 0.001).with(Fault.WALL_JUMP, 0.001);
    }

    /** Gives a fault a probability from 0 to 1 at each of its opportunities. */
    public FaultPlan with(final Fault fault, final double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new AssertionError("not a probability: " + probability);
        }
        probabilities.put(fault, probability);
        return this;
    }

    /** Makes a fault happen at its n-th opportunity, counted from 1. */
    public FaultPlan at(final Fault fault, final long opportunity) {
        scripted.computeIfAbsent(fault, key -> new HashSet<>()).add(opportunity);
        return this;
    }

    /** Lets a fault happen so many times at most. */
    public FaultPlan atMost(final Fault fault, final long times) {
        limits.put(fault, times);
        return this;
    }

    /** Lets faults happen only within this span of virtual time, counted from the kernel's start. */
    public FaultPlan between(final long sinceStartNanos, final long untilSinceStartNanos) {
        fromNanos = sinceStartNanos;
        untilNanos = untilSinceStartNanos;
        return this;
    }

    /** Sets for how long at most bytes, space or answers are held back. */
    public FaultPlan maxDelay(final long nanos) {
        maxDelayNanos = nanos;
        return this;
    }

    /** Sets how far a clock jumps at most. */
    public FaultPlan maxJump(final long nanos) {
        maxJumpNanos = nanos;
        return this;
    }

    double probability(final Fault fault) {
        return probabilities.getOrDefault(fault, 0.0);
    }

    boolean isScripted(final Fault fault, final long opportunity) {
        return scripted.getOrDefault(fault, Set.of()).contains(opportunity);
    }

    long limit(final Fault fault) {
        return limits.getOrDefault(fault, Long.MAX_VALUE);
    }

    boolean isActive(final long sinceStartNanos) {
        return sinceStartNanos >= fromNanos && sinceStartNanos < untilNanos;
    }

    long maxDelayNanos() {
        return maxDelayNanos;
    }

    long maxJumpNanos() {
        return maxJumpNanos;
    }

    @Override
    public String toString() {
        return "FaultPlan" + probabilities + (scripted.isEmpty() ? "" : " at " + scripted);
    }
}
