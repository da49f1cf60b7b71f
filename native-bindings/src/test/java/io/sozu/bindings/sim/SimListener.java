package io.sozu.bindings.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A simulated server: it accepts what comes and hands each connection to a handler. */
public final class SimListener {
    private final SimWorld world;
    private final SimClock clock;
    private final SimTcp socket;
    private final Consumer<SimPeer> handler;
    private final List<SimPeer> peers = new ArrayList<>();
    private boolean paused;
    private boolean closed;

    SimListener(final SimWorld world, final SimTcp socket, final Consumer<SimPeer> handler) {
        this.world = world;
        clock = world.clock();
        this.socket = socket;
        this.handler = handler;
        socket.retain();
        socket.wakeHook(() -> clock.at(clock.nowNanos(), this::acceptAll));
    }

    public int port() {
        return socket.localAddress().port();
    }

    /** Returns every connection accepted so far, closed ones too. */
    public List<SimPeer> peers() {
        return List.copyOf(peers);
    }

    /** Lets connections wait in the queue. */
    public void pauseAccepting() {
        paused = true;
    }

    public void resumeAccepting() {
        paused = false;
        clock.at(clock.nowNanos(), this::acceptAll);
    }

    /** Stops listening: connections in the queue are reset, further ones refused. */
    public void close() {
        if (!closed) {
            closed = true;
            socket.wakeHook(null);
            socket.release();
        }
    }

    private void acceptAll() {
        while (!paused && !closed && !socket.backlog().isEmpty()) {
            final SimPeer peer = new SimPeer(world, socket.backlog().take(), false);
            peers.add(peer);
            handler.accept(peer);
        }
    }

    @Override
    public String toString() {
        return "listener " + socket.describe() + (paused ? " paused" : "");
    }
}
