package io.sozu.bindings.sim;

import io.sozu.bindings.linux.Errno;

/** The addresses of an internet socket. */
abstract class SimInet extends SimSocket {
    final SimNetwork network;
    SimAddress local;
    SimAddress remote;
    boolean bound;
    boolean lingerZero;

    SimInet(final SimNetwork network, final int family) {
        super(network.clock(), family, network.buffers());
        this.network = network;
        local = SimAddress.any(family);
    }

    /** True before bind, connect and listen. */
    abstract boolean isFresh();

    /** bind(2). */
    final int bind(final SimAddress address) {
        if (bound || !isFresh()) {
            return -Errno.EINVAL;
        }
        final SimAddress granted = network.bind((SimTcp) this, address);
        if (granted == null) {
            return -Errno.EADDRINUSE;
        }
        bound = true;
        local = granted;
        return 0;
    }

    final void addresses(final SimAddress own, final SimAddress other) {
        local = own;
        remote = other;
    }

    /** Where the handshake goes or went, whatever the state. */
    final SimAddress targetAddress() {
        return remote;
    }

    /** Makes the close of this socket a reset. */
    final void lingerZero() {
        lingerZero = true;
    }

    @Override
    final SimAddress localAddress() {
        return local;
    }
}
