package io.sozu.master.state;

import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.Quote;

/** Sees to it that the certificate of every backend can be for some name. */
final class BackendNames {
    private BackendNames() {
    }

    /** Checks the backends that a cluster has already. */
    static void check(final ConfigState state, final ClusterConfig cluster) throws RefusedException {
        for (final BackendConfig backend : state.backends(cluster.clusterId())) {
            check(cluster, backend);
        }
    }

    /** Checks a backend, whose cluster need not be there. */
    static void check(final ClusterConfig cluster, final BackendConfig backend) throws RefusedException {
        if (cluster != null && cluster.backendTls() != null && cluster.backendTls().verify()
            && cluster.backendTls().serverName() == null && backend.hostName() == null
            && backend.address() instanceof BackendAddress.Unix) {
            throw new RefusedException("cluster " + Quote.of(cluster.clusterId()) + ": the certificate of"
                + " backend " + BackendKey.of(backend) + ", a unix socket, can be for no name; write"
                + " server_name in its backend_tls");
        }
    }
}
