package io.sozu.worker;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import java.util.ArrayList;
import java.util.List;

/** The backends of a warm-up, all behind one listening socket: each answers what it is asked. */
final class WarmUpBackends implements AutoCloseable {
    private final Kernel kernel;
    private final WarmUpScript[] scripts;
    private final int listeningFd;
    private final WarmUpPeer.Buffer buffer;
    private final List<WarmUpPeer> peers = new ArrayList<>();

    /**
     * Backends without connections yet.
     *
     * @param listeningFd where connections are accepted; theirs from now on
     * @param buffer where they receive
     */
    WarmUpBackends(final Kernel kernel, final WarmUpScript[] scripts, final int listeningFd,
            final WarmUpPeer.Buffer buffer) {
        this.kernel = kernel;
        this.scripts = scripts;
        this.listeningFd = listeningFd;
        this.buffer = buffer;
    }

    /** Lets each do what it can; returns whether any could. */
    boolean step() {
        boolean moved = accept();
        for (int i = 0; i < peers.size(); i++) {
            moved |= peers.get(i).isOpen() && serve(peers.get(i));
        }
        return moved;
    }

    private boolean accept() {
        boolean accepted = false;
        for (int fd = kernel.accept(listeningFd, 0, 0); fd >= 0; fd = kernel.accept(listeningFd, 0, 0)) {
            closedPeer().open(fd);
            accepted = true;
        }
        return accepted;
    }

    private WarmUpPeer closedPeer() {
        for (final WarmUpPeer peer : peers) {
            if (!peer.isOpen()) {
                return peer;
            }
        }
        final WarmUpPeer peer = new WarmUpPeer(kernel, buffer);
        peers.add(peer);
        return peer;
    }

    private boolean serve(final WarmUpPeer peer) {
        if (peer.hasUnsent()) {
            return peer.send();
        }
        final boolean first = peer.receivedBytes() == 0;
        final int count = peer.receive();
        if (count == -Errno.EAGAIN) {
            return false;
        }
        if (count == 0) {
            peer.close();
            return true;
        }
        if (first) {
            peer.script(count < WarmUpScript.END_BYTES ? null
                    : WarmUpScript.recognise(scripts, buffer.address()));
        }
        if (peer.script() == null) {
            throw new WarmUp.GivenUpException("a backend was sent what it does not know");
        }
        if (peer.hasReceived(peer.script().requestEnd())) {
            peer.answer();
            peer.send();
            if (peer.script().ending() == WarmUpScript.Ending.BACKEND_LEFT && !peer.hasUnsent()) {
                peer.close();
            }
        }
        return true;
    }

    @Override
    public void close() {
        peers.forEach(WarmUpPeer::close);
        kernel.close(listeningFd);
    }
}
