package io.sozu.bindings.sim;

import io.sozu.bindings.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What surrounds the program under test: time, links, other programs. A test turns its knobs. */
public final class SimWorld {
    private static final int MAX_PEERS = 1 << 20;
    private static final int SCRATCH_BYTES = 64 << 10;
    private final SimClock clock;
    private final SimNetwork network;
    private final byte[] scratch = new byte[SCRATCH_BYTES];
    private final List<SimPeer> peers = new ArrayList<>();
    private final List<SimListener> listeners = new ArrayList<>();

    SimWorld(final SimClock clock, final SplittableRandom random) {
        this.clock = clock;
        network = new SimNetwork(clock, random);
    }

    SimNetwork network() {
        return network;
    }

    SimClock clock() {
        return clock;
    }

    /** A buffer whose content lasts until the next peer reads. */
    byte[] scratch() {
        return scratch;
    }

    /** Sets the sizes of both buffers of sockets made from now on. */
    public SimWorld buffers(final int sendBytes, final int receiveBytes) {
        network.buffers(new SimBuffers(sendBytes, receiveBytes));
        return this;
    }

    /** Sets the span from which each direction of a new connection draws its latency; 0 is at once. */
    public SimWorld latency(final long minNanos, final long maxNanos) {
        network.latency(minNanos, maxNanos);
        return this;
    }

    /** Sets the largest piece in which bytes arrive. */
    public SimWorld segmentBytes(final int bytes) {
        network.segmentBytes(bytes);
        return this;
    }

    /** Connections to this port are never answered, from now on. */
    public SimWorld blackHole(final int port) {
        network.blackHole(port);
        return this;
    }

    public SimWorld clearBlackHole(final int port) {
        network.clearBlackHole(port);
        return this;
    }

    public long nowNanos() {
        return clock.nowNanos();
    }

    /** Does something at a time of the monotonic clock. */
    public void at(final long nanos, final Runnable action) {
        clock.at(nanos, action);
    }

    /** Does something after a while. */
    public void after(final long nanos, final Runnable action) {
        clock.at(clock.nowNanos() + nanos, action);
    }

    /** Lets time pass without the program under test. */
    public void sleep(final long nanos) {
        clock.advanceTo(clock.nowNanos() + nanos);
    }

    /** Lets time pass until a condition holds or nothing is left to happen; returns whether it holds. */
    public boolean runUntil(final BooleanSupplier condition, final long maxNanos) {
        final long limit = clock.nowNanos() + maxNanos;
        while (!condition.getAsBoolean()) {
            if (!clock.runNext(limit)) {
                return false;
            }
        }
        return true;
    }

    /** Connects a client from loopback. */
    public SimPeer connect(final int port) {
        return connect("127.0.0.1", "127.0.0.1", port);
    }

    /** Connects a client from one address to another. */
    public SimPeer connect(final String sourceIp, final String targetIp, final int port) {
        final SimAddress target = SimAddress.of(targetIp, port);
        final SimTcp socket = new SimTcp(network, target.isInet4() ? SimAddress.INET : SimAddress.INET6);
        socket.addresses(SimAddress.of(sourceIp, 0), null);
        final int result = socket.connect(target);
        if (result != -Errno.EINPROGRESS) {
            throw new AssertionError("connect to " + target + ": " + result);
        }
        return known(new SimPeer(this, socket, true));
    }

    /** Opens a server on loopback; port 0 chooses one. */
    public SimListener listen(final int port, final Consumer<SimPeer> handler) {
        return listen("127.0.0.1", port, 511, handler);
    }

    /** Opens a server on an address. */
    public SimListener listen(final String ip, final int port, final int backlog,
            final Consumer<SimPeer> handler) {
        final SimAddress address = SimAddress.of(ip, port);
        final SimTcp socket = new SimTcp(network, address.isInet4() ? SimAddress.INET : SimAddress.INET6);
        if (socket.bind(address) != 0 || socket.listen(backlog) != 0) {
            throw new AssertionError("the simulated address is taken: " + address);
        }
        final SimListener listener = new SimListener(this, socket, handler);
        listeners.add(listener);
        return listener;
    }

    SimPeer known(final SimPeer peer) {
        if (peers.size() == MAX_PEERS) {
            peers.removeIf(SimPeer::isClosed);
        }
        peers.add(peer);
        return peer;
    }

    /** One line per program that is still connected or listening. */
    String describe() {
        final StringBuilder text = new StringBuilder();
        peers.stream().filter(peer -> !peer.isClosed())
                .forEach(peer -> text.append("  ").append(peer).append('\n'));
        for (final SimListener listener : listeners) {
            text.append("  ").append(listener).append('\n');
            listener.peers().stream().filter(peer -> !peer.isClosed())
                    .forEach(peer -> text.append("    ").append(peer).append('\n'));
        }
        return text.append("  scheduled ").append(clock.size()).toString();
    }
}
