package io.sozu.worker;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.SockAddr;
import io.sozu.bindings.linux.SocketOptions;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.net.InetSocketAddress;

/** The clients of a warm-up: each asks, reads its response, and asks again. */
final class WarmUpClients implements AutoCloseable {
    /** Which script follows which: mostly the commonest. */
    private static final int[] ORDER =
            {0, 0, 1, 0, 7, 2, 0, 5, 0, 4, 0, 7, 5, 0, 6, 0, 7, 1, 0, 5, 2, 0, 7, 3, 0, 0,
        4, 0, 7, 5, 0, 6};

    private final Kernel kernel;
    private final WarmUpScript[] scripts;
    private final WarmUpPeer[] peers;
    private final int[] steps;
    private final long sockAddr = NativeMemory.allocate(MemoryTag.SCRATCH, SockAddr.MAX_BYTES);
    private final int sockAddrBytes;
    private int finished;

    /**
     * Clients without connections yet.
     *
     * @param target where they connect to
     * @param buffer where they receive
     */
    WarmUpClients(final Kernel kernel, final WarmUpScript[] scripts, final int count,
            final InetSocketAddress target,
            final WarmUpPeer.Buffer buffer) {
        this.kernel = kernel;
        this.scripts = scripts;
        this.peers = new WarmUpPeer[count];
        this.steps = new int[count];
        for (int i = 0; i < count; i++) {
            peers[i] = new WarmUpPeer(kernel, buffer);
            steps[i] = i * ORDER.length / count;
        }
        this.sockAddrBytes = SockAddr.write(sockAddr, target);
    }

    /** Returns how many exchanges have come to their end. */
    int finished() {
        return finished;
    }

    /** Lets each client do what it can; returns whether any could. */
    boolean step() {
        boolean moved = false;
        for (int i = 0; i < peers.length; i++) {
            moved |= step(i);
        }
        return moved;
    }

    private boolean step(final int index) {
        final WarmUpPeer peer = peers[index];
        if (!peer.isOpen()) {
            connect(peer);
            ask(index);
        }
        if (peer.hasUnsent()) {
            return peer.send();
        }
        final boolean answered = peer.hasReceived(peer.script().responseEnd());
        final int count = peer.receive();
        if (count == -Errno.EAGAIN) {
            return false;
        }
        if (count == 0) {
            if (!answered || peer.script().ending() != WarmUpScript.Ending.CLOSED) {
                throw new WarmUp.GivenUpException("a connection ended before its response");
            }
            finished++;
            peer.close();
        } else if (peer.script().ending() != WarmUpScript.Ending.CLOSED
                && peer.hasReceived(peer.script().responseEnd())) {
            finished++;
            goOn(index);
        }
        return true;
    }

    private void goOn(final int index) {
        if (peers[index].script().ending() == WarmUpScript.Ending.LEFT) {
            peers[index].close();
        } else {
            ask(index);
            peers[index].send();
        }
    }

    private void ask(final int index) {
        peers[index].script(scripts[ORDER[steps[index]]]);
        peers[index].ask();
        steps[index] = (steps[index] + 1) % ORDER.length;
    }

    private void connect(final WarmUpPeer peer) {
        peer.open(WarmUpPeer.check("socket",
                kernel.socket(SocketOptions.AF_INET, SocketOptions.SOCK_STREAM, 0)));
        final int result = kernel.connect(peer.fd(), sockAddr, sockAddrBytes);
        if (result != -Errno.EINPROGRESS) {
            WarmUpPeer.check("connect", result);
        }
    }

    @Override
    public void close() {
        for (final WarmUpPeer peer : peers) {
            peer.close();
        }
        NativeMemory.free(MemoryTag.SCRATCH, sockAddr, SockAddr.MAX_BYTES);
    }
}
