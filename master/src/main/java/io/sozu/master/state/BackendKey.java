package io.sozu.master.state;

import io.sozu.control.model.Addresses;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.Quote;
import java.net.InetSocketAddress;

/** What tells backends apart. */
record BackendKey(String clusterId, String backendId, InetSocketAddress address) {
    static BackendKey of(final BackendConfig backend) {
        return new BackendKey(backend.clusterId(), backend.backendId(), backend.address());
    }

    @Override
    public String toString() {
        return Quote.of(backendId) + " at " + Addresses.format(address) + " of cluster "
            + Quote.of(clusterId);
    }
}
