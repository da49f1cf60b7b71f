package io.sozu.bindings.sim;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The parts of a {@link SimKernel}, the knobs a test turns and what it may look at. */
abstract class SimMachine implements Kernel {
    private static final long WALL_ORIGIN_NANOS = 1_700_000_000_000_000_000L;
    private static final int SHOWN_CALLS = 40;

    private final long seed;
    private final FaultPlan plan;
    final SimClock clock = new SimClock();
    final SimFds fds = new SimFds();
    final SimMessages messages = new SimMessages(fds);
    private final SortedMap<String, Long> made = new TreeMap<>();
    final SimTrace trace = new SimTrace();
    final SimWorld world;
    final SimFaults faults;
    final SimStreams streams;
    private long callCostNanos = 500;
    private long callLimit = 50_000_000;
    private long calls;
    private long wallOffsetNanos = WALL_ORIGIN_NANOS;

    SimMachine(final long seed, final FaultPlan plan) {
        this.seed = seed;
        this.plan = plan;
        world = new SimWorld(clock, new SplittableRandom(seed));
        faults = new SimFaults(plan, clock, seed);
        streams = new SimStreams(faults);
    }

    /** Returns the knobs of what surrounds the program: time, links, clients, servers. */
    public SimWorld world() {
        return world;
    }

    /** Sets how long a call takes; 0 stops time between waits. */
    public void callCost(final long nanos) {
        callCostNanos = nanos;
    }

    /** Sets after how many calls a run is taken for an endless loop. */
    public void callLimit(final long count) {
        callLimit = count;
    }

    /** Sets the descriptor number that is the first not to be given out: EMFILE. */
    public void fdLimit(final int limit) {
        fds.limit(limit);
    }

    /** Begins a call: time passes, and what fell due happens. */
    final void enter() {
        if (++calls > callLimit) {
            throw new AssertionError("more than " + callLimit + " calls; the last were\n"
                    + trace.tail(SHOWN_CALLS) + "\n" + describe());
        }
        if (clock.isRunning()) {
            return;
        }
        if (faults.happens(Fault.CLOCK_JUMP)) {
            clock.jump(faults.jumpNanos(Fault.CLOCK_JUMP));
        }
        if (faults.happens(Fault.WALL_JUMP)) {
            final long jump = faults.jumpNanos(Fault.WALL_JUMP);
            wallOffsetNanos += faults.below(Fault.WALL_JUMP, 2) == 0 ? jump : -jump;
        }
        clock.advanceTo(clock.nowNanos() + callCostNanos);
    }

    private long sinceStartMicros() {
        return (clock.nowNanos() - SimClock.ORIGIN_NANOS) / 1000;
    }

    /** Returns how often each call was made so far, by its name. */
    public SortedMap<String, Long> calls() {
        return new TreeMap<>(made);
    }

    /** Notes a call and its result, and returns the result. */
    final long traced(final String call, final int fd, final long result) {
        final int end = call.indexOf(' ');
        made.merge(end < 0 ? call : call.substring(0, end), 1L, Long::sum);
        trace.add(sinceStartMicros() + " " + call + "(" + fd + ") = " + result);
        return result;
    }

    /** Gives a new file a descriptor. */
    final int open(final String call, final SimFile file) {
        return (int) traced(call, 0, fds.open(file));
    }

    /** Returns the stream socket behind a descriptor or null. */
    final SimSocket stream(final int fd) {
        return fds.file(fd) instanceof SimSocket socket ? socket : null;
    }

    final SimTcp tcp(final int fd) {
        return fds.file(fd) instanceof SimTcp socket ? socket : null;
    }

    /** Returns why a descriptor is no socket of the wanted kind. */
    final int notSocket(final int fd) {
        final SimFile file = fds.file(fd);
        if (file == null) {
            return -Errno.EBADF;
        }
        return file instanceof SimSocket ? -Errno.EOPNOTSUPP : -Errno.ENOTSOCK;
    }

    final long wallNow() {
        return clock.nowNanos() + wallOffsetNanos;
    }

    final AssertionError deadlock() {
        return new AssertionError("it waits without end and nothing can happen any more\n" + describe()
                + "\nthe last calls were\n" + trace.tail(SHOWN_CALLS));
    }

    /** Sets SO_LINGER to zero seconds: the close of this socket will be a reset. */
    public int lingerZero(final int fd) {
        final SimTcp socket = tcp(fd);
        if (socket == null) {
            return notSocket(fd);
        }
        socket.lingerZero();
        return 0;
    }

    /** Opens a connected AF_UNIX pair, both ends as descriptors. */
    public int[] socketPair() {
        final SimUnix left = new SimUnix(clock, world.network().buffers());
        final SimUnix right = new SimUnix(clock, world.network().buffers());
        SimUnix.join(left, right);
        return new int[] {open("socketpair", left), open("socketpair", right)};
    }

    /** A connected AF_UNIX pair: a descriptor for the program under test, a simulated one behind it. */
    public record Channel(int fd, SimPeer peer) {
    }

    /** Opens a channel to a simulated program. */
    public Channel channel() {
        final SimUnix own = new SimUnix(clock, world.network().buffers());
        final SimUnix other = new SimUnix(clock, world.network().buffers());
        SimUnix.join(own, other);
        return new Channel(open("socketpair", own), world.known(new SimPeer(world, other, false)));
    }

    /** Sends bytes with copies of descriptors from a simulated program; returns what sendmsg would. */
    public long sendDescriptors(final SimPeer peer, final byte[] bytes, final int... numbers) {
        final List<SimFile> files = new ArrayList<>();
        for (final int fd : numbers) {
            if (fds.file(fd) == null) {
                return -Errno.EBADF;
            }
            files.add(fds.file(fd));
        }
        assert peer.unsentBytes() == 0 : "the peer has unsent bytes that would be overtaken";
        return ((SimUnix) peer.socket()).send(bytes, 0, bytes.length, files);
    }

    /** Breaks the connection of a descriptor as a reset from the network would. */
    public boolean breakConnection(final int fd) {
        return stream(fd) != null && stream(fd).breakConnection();
    }

    /** Hides what can be read from a descriptor for a while; it returns with an edge. */
    public void stallReading(final int fd, final long nanos) {
        stream(fd).stallReading(nanos);
    }

    /** Lets a descriptor take no bytes for a while; the space returns with an edge. */
    public void stallWriting(final int fd, final long nanos) {
        stream(fd).stallWriting(nanos);
    }

    /** Closes every descriptor, as the end of a process does. */
    public void closeAll() {
        fds.numbers().forEach(fds::close);
    }

    /** Returns the descriptors that are open now. */
    public SortedSet<Integer> openFds() {
        return fds.numbers();
    }

    /** Returns how often a fault happened. */
    public long count(final Fault fault) {
        return faults.count(fault);
    }

    /** Returns the calls so far (the last 65 536 lines), their results and the events waits returned. */
    public List<String> trace() {
        return trace.lines();
    }

    /** Returns a hash of the whole trace: equal runs have equal hashes. */
    public long traceHash() {
        return trace.hash();
    }

    public long seed() {
        return seed;
    }

    /** Returns seed, plan, time, open descriptors and peers as text for a failed assertion. */
    public String describe() {
        final StringBuilder text = new StringBuilder("seed ").append(seed).append(", ").append(plan)
                .append(", at ").append(sinceStartMicros()).append(" us\n");
        for (final int fd : fds.numbers()) {
            text.append("  fd ").append(fd).append(' ').append(fds.file(fd).describe()).append('\n');
        }
        return text.append(world.describe()).toString();
    }
}
