package io.sozu.master.state;

import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.Quote;

/** What tells backends apart. */
record BackendKey(String clusterId, String backendId, BackendAddress address) {
    static BackendKey of(final BackendConfig backend) {
        return new BackendKey(backend.clusterId(), backend.backendId(), backend.address());
    }

    @Override
    public String toString() {
        return Quote.of(backendId) + " at " + address.text() + " of cluster "
            + Quote.of(clusterId);
    }
}
