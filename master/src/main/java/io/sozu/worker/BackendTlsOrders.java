package io.sozu.worker;

import io.sozu.bindings.openssl.OpenSslException;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.BackendTls;
import io.sozu.control.model.ClusterConfig;
import io.sozu.master.state.TlsRules;
import io.sozu.protocols.tls.BackendTlsSettings;
import io.sozu.protocols.tls.TlsBackends;
import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.BackendAddress;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.RefusedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What orders say of TLS to backends, made true in a worker: for those there are and those to come.
 * Connections of other settings serve what they serve, and no exchange to come. Control path.
 */
final class BackendTlsOrders {
    private final TlsBackends secured;
    private final TlsOrders library;
    private final Clusters clusters;
    private final Closer closer;
    private final Map<String, BackendTls> byCluster = new HashMap<>();

    /** @param library who loads OpenSSL */
    BackendTlsOrders(final TlsBackends secured, final TlsOrders library, final Clusters clusters,
            final Closer closer) {
        this.secured = secured;
        this.library = library;
        this.clusters = clusters;
        this.closer = closer;
    }

    /**
     * Lets a cluster's backends be spoken to as it says.
     *
     * @throws OpenSslException saying what OpenSSL does not take; nothing has changed then
     */
    void put(final ClusterConfig cluster) {
        final BackendTls former = byCluster.get(cluster.clusterId());
        final BackendTls tls = cluster.backendTls();
        if (Objects.equals(former, tls)) {
            return;
        }
        final Cluster known = clusters.find(cluster.clusterId());
        if (tls != null) {
            for (int place = 0; known != null && place < known.backendCount(); place++) {
                expected(tls, known.backend(place).settings().hostName(), known.backend(place).address());
            }
            library.load();
            secured.hold(TlsRules.settings(tls));
            byCluster.put(cluster.clusterId(), tls);
        } else {
            byCluster.remove(cluster.clusterId());
        }
        if (known != null) {
            apply(known, tls);
        }
        if (former != null) {
            secured.release(TlsRules.settings(former));
        }
    }

    /** Forgets what a cluster said that is removed. */
    void remove(final String clusterId) {
        final BackendTls former = byCluster.remove(clusterId);
        if (former != null) {
            final Cluster known = clusters.find(clusterId);
            if (known != null) {
                apply(known, null);
            }
            secured.release(TlsRules.settings(former));
        }
    }

    private void apply(final Cluster cluster, final BackendTls tls) {
        for (int place = 0; place < cluster.backendCount(); place++) {
            apply(cluster.backend(place), tls);
        }
    }

    /**
     * Refuses a backend whose certificate could be for nobody.
     *
     * @throws RefusedException naming the cure
     */
    void check(final BackendConfig backend, final BackendAddress address) {
        final BackendTls tls = byCluster.get(backend.clusterId());
        if (tls != null) {
            expected(tls, backend.hostName(), address);
        }
    }

    /** Lets a backend that was added, or added again, be spoken to as its cluster says. */
    void added(final Backend backend) {
        apply(backend, byCluster.get(backend.cluster().id()));
    }

    private void apply(final Backend backend, final BackendTls tls) {
        if (put(backend, tls)) {
            closer.retire(backend);
        }
    }

    private boolean put(final Backend backend, final BackendTls tls) {
        if (tls == null) {
            return secured.remove(backend.index());
        }
        final BackendTlsSettings settings = TlsRules.settings(tls);
        final String expected = expected(tls, backend.settings().hostName(), backend.address());
        return secured.put(backend.index(), settings,
                expected == null || BackendTls.isAddress(expected) ? null : expected, expected);
    }

    private static String expected(final BackendTls tls, final String hostName,
            final BackendAddress address) {
        final String name = tls.serverName() == null ? hostName : tls.serverName();
        if (name != null) {
            return name;
        }
        if (address instanceof final BackendAddress.Ip ip) {
            return ip.socket().getAddress().getHostAddress();
        }
        if (tls.verify()) {
            throw new RefusedException("the certificate of " + address + " can be for no name; say which by"
                    + " server_name in backend_tls of its cluster");
        }
        return null;
    }
}
