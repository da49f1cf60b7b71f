package io.sozu.bindings.sim;

import io.sozu.bindings.linux.Errno;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Ports, listeners, links and the handshake. Everything outside two test networks is loopback. */
final class SimNetwork {
    /** TEST-NET-1 never answers, TEST-NET-2 has no route. */
    private static final String BLACK_HOLE_PREFIX = "192.0.2.";
    private static final String NO_ROUTE_PREFIX = "198.51.100.";
    private static final int FIRST_EPHEMERAL = 32_768;
    private static final int LAST_EPHEMERAL = 60_999;
    private static final long FIRST_RETRY_NANOS = 1_000_000_000L;
    private static final int MAX_RETRIES = 6;
    static final long GIVE_UP_NANOS = 127_000_000_000L;

    private final SimClock clock;
    private final SplittableRandom random;
    private final List<SimTcp> bound = new ArrayList<>();
    private final Set<Integer> blackPorts = new HashSet<>();
    private SimBuffers buffers = new SimBuffers(64 << 10, 64 << 10);
    private long minLatencyNanos = 20_000;
    private long maxLatencyNanos = 200_000;
    private int maxSegmentBytes = 16 << 10;
    private int nextEphemeral = FIRST_EPHEMERAL;

    SimNetwork(final SimClock clock, final SplittableRandom random) {
        this.clock = clock;
        this.random = random;
    }

    SimClock clock() {
        return clock;
    }

    SplittableRandom random() {
        return random;
    }

    SimBuffers buffers() {
        return buffers;
    }

    void buffers(final SimBuffers sizes) {
        buffers = sizes;
    }

    void latency(final long minNanos, final long maxNanos) {
        minLatencyNanos = minNanos;
        maxLatencyNanos = maxNanos;
    }

    void segmentBytes(final int bytes) {
        maxSegmentBytes = bytes;
    }

    int segmentBytes() {
        return maxSegmentBytes;
    }

    void blackHole(final int port) {
        blackPorts.add(port);
    }

    void clearBlackHole(final int port) {
        blackPorts.remove(port);
    }

    long drawLatency() {
        return minLatencyNanos + random.nextLong(maxLatencyNanos - minLatencyNanos + 1);
    }

    /** Returns the address with its port granted, or null when it is in use. */
    SimAddress bind(final SimTcp socket, final SimAddress wanted) {
        SimAddress granted = wanted;
        if (wanted.port() == 0) {
            granted = wanted.withPort(ephemeralPort());
        } else if (conflicts(socket, wanted)) {
            return null;
        }
        bound.add(socket);
        return granted;
    }

    private boolean conflicts(final SimTcp socket, final SimAddress wanted) {
        for (final SimTcp other : bound) {
            final SimAddress taken = other.localAddress();
            final boolean overlaps = taken.port() == wanted.port()
                    && (taken.isAny() || wanted.isAny() || taken.ip().equals(wanted.ip()));
            if (overlaps && !(other.reusesPort() && socket.reusesPort())) {
                return true;
            }
        }
        return false;
    }

    private int ephemeralPort() {
        for (int tries = FIRST_EPHEMERAL; tries <= LAST_EPHEMERAL; tries++) {
            final int port = nextEphemeral;
            nextEphemeral = port == LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
            if (bound.stream().noneMatch(socket -> socket.localAddress().port() == port)) {
                return port;
            }
        }
        throw new AssertionError("no ephemeral port is left");
    }

    void unbind(final SimTcp socket) {
        bound.remove(socket);
    }

    /** Begins a handshake; 0 or an error known at once. */
    int startConnect(final SimTcp client, final SimAddress target) {
        final String ip = target.ip().getHostAddress();
        if (ip.startsWith(NO_ROUTE_PREFIX)) {
            return -Errno.ENETUNREACH;
        }
        SimAddress source = client.localAddress();
        if (source.isAny()) {
            source = SimAddress.of(target.isInet4() ? "127.0.0.1" : "::1", source.port());
        }
        if (source.port() == 0) {
            source = source.withPort(ephemeralPort());
        }
        final SimLane toServer = new SimLane(this, client);
        client.connecting(source, target, toServer);
        if (ip.startsWith(BLACK_HOLE_PREFIX)) {
            failLater(client, Errno.ETIMEDOUT, GIVE_UP_NANOS);
        } else {
            toServer.deliver(() -> synArrives(client, toServer, 0));
        }
        return 0;
    }

    /** Begins a handshake that will end in an error, though the target may be there. */
    int connectInVain(final SimTcp client, final SimAddress target, final int errno, final long afterNanos) {
        client.connecting(client.localAddress(), target, new SimLane(this, client));
        failLater(client, errno, afterNanos);
        return -Errno.EINPROGRESS;
    }

    private void failLater(final SimTcp client, final int errno, final long afterNanos) {
        clock.at(clock.nowNanos() + afterNanos, () -> {
            if (client.state() == SimTcp.State.SYN_SENT) {
                client.fail(errno);
            }
        });
    }

    private void synArrives(final SimTcp client, final SimLane toServer, final int retries) {
        final SimAddress target = client.targetAddress();
        final SimTcp listener = blackPorts.contains(target.port()) ? null : listenerAt(target);
        if (listener == null && !blackPorts.contains(target.port())) {
            toServer.deliver(client::onReset);
        } else if (listener == null || listener.backlog().isFull()) {
            retryLater(client, toServer, retries);
        } else {
            answer(client, toServer, listener);
        }
    }

    private void retryLater(final SimTcp client, final SimLane toServer, final int retries) {
        clock.at(clock.nowNanos() + (FIRST_RETRY_NANOS << retries), () -> {
            if (client.state() != SimTcp.State.SYN_SENT) {
                return;
            }
            if (retries == MAX_RETRIES) {
                client.fail(Errno.ETIMEDOUT);
            } else {
                toServer.deliver(() -> synArrives(client, toServer, retries + 1));
            }
        });
    }

    private void answer(final SimTcp client, final SimLane toServer, final SimTcp listener) {
        final SimTcp child = new SimTcp(this, listener.family);
        child.sendBufferBytes = listener.sendBufferBytes;
        child.receiveBufferBytes = listener.receiveBufferBytes;
        final SimLane toClient = new SimLane(this, child);
        child.addresses(client.targetAddress(), client.localAddress());
        toServer.join(child, toClient);
        toClient.join(client, toServer);
        child.establish(toServer, toClient);
        toClient.deliver(() -> {
            if (client.state() == SimTcp.State.SYN_SENT) {
                client.establish(toClient, toServer);
                toServer.deliver(() -> listener.enqueue(child));
            } else {
                child.abort();
            }
        });
    }

    private SimTcp listenerAt(final SimAddress target) {
        final List<SimTcp> found = new ArrayList<>();
        for (final SimTcp socket : bound) {
            final SimAddress address = socket.localAddress();
            final boolean family = !target.isInet4() == (socket.family == SimAddress.INET6)
                    || socket.family == SimAddress.INET6 && address.isAny();
            if (socket.isListening() && family && address.port() == target.port()
                    && (address.isAny() || address.ip().equals(target.ip()))) {
                found.add(socket);
            }
        }
        return found.isEmpty() ? null : found.get(random.nextInt(found.size()));
    }
}
