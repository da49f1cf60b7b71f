package io.sozu.master.state;

import io.sozu.control.Order;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.ListenerConfig;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration of traffic: what orders are checked against, and what a new worker is told.
 *
 * <p>Everything is listed in the order in which it was added. Of one thread.
 */
public final class ConfigState {
    private final Map<InetSocketAddress, ListenerConfig> listeners;
    private final Map<String, ClusterConfig> clusters;
    private final Map<FrontendKey, FrontendConfig> frontends;
    private final Map<BackendKey, BackendConfig> backends;
    private final Map<CertificateKey, CertificateConfig> certificates;

    /** Makes an empty state. */
    public ConfigState() {
        this.listeners = new LinkedHashMap<>();
        this.clusters = new LinkedHashMap<>();
        this.frontends = new LinkedHashMap<>();
        this.backends = new LinkedHashMap<>();
        this.certificates = new LinkedHashMap<>();
    }

    private ConfigState(final ConfigState other) {
        this.listeners = new LinkedHashMap<>(other.listeners);
        this.clusters = new LinkedHashMap<>(other.clusters);
        this.frontends = new LinkedHashMap<>(other.frontends);
        this.backends = new LinkedHashMap<>(other.backends);
        this.certificates = new LinkedHashMap<>(other.certificates);
    }

    /** Returns a state that is equal and changes by itself. */
    public ConfigState copy() {
        return new ConfigState(this);
    }

    /**
     * Checks an order without obeying it.
     *
     * @throws RefusedException when {@link #apply} would
     */
    public void check(final Order.Change order) throws RefusedException {
        OrderValidator.check(this, order);
    }

    /**
     * Obeys an order.
     *
     * @throws RefusedException when it cannot be obeyed; nothing has changed then
     */
    public void apply(final Order.Change order) throws RefusedException {
        OrderValidator.check(this, order);
        switch (order) {
            case Order.AddCluster o -> clusters.put(o.cluster().clusterId(), o.cluster());
            case Order.RemoveCluster o -> clusters.remove(o.clusterId());
            case Order.AddHttpFrontend o -> frontends.put(o.frontend().key(), o.frontend());
            case Order.RemoveHttpFrontend o -> frontends.remove(o.key());
            case Order.AddBackend o -> backends.put(BackendKey.of(o.backend()), o.backend());
            case Order.RemoveBackend o -> backends.remove(
                new BackendKey(o.clusterId(), o.backendId(), o.address()));
            case Order.ReplaceHttpFrontend o -> replace(o.frontend());
            case Order.AddCertificate o -> put(o.certificate());
            case Order.ReplaceCertificate o -> {
                put(o.certificate());
                if (!o.oldFingerprint().equals(o.certificate().fingerprint())) {
                    certificates.remove(new CertificateKey(o.certificate().address(), o.oldFingerprint()));
                }
            }
            case Order.RemoveCertificate o ->
                certificates.remove(new CertificateKey(o.address(), o.fingerprint()));
            case Order.AddHttpListener o -> listeners.put(o.listener().address(), o.listener());
            case Order.ReplaceHttpListener o -> listeners.computeIfPresent(o.listener().address(),
                (address, present) -> o.listener().withActive(present.active()));
            case Order.RemoveListener o -> {
                listeners.remove(o.address());
                frontends.keySet().removeIf(key -> key.address().equals(o.address()));
                certificates.keySet().removeIf(key -> key.address().equals(o.address()));
            }
            case Order.ActivateListener o -> switchListener(o.address(), true);
            case Order.DeactivateListener o -> switchListener(o.address(), false);
        }
    }

    private void put(final CertificateConfig certificate) {
        certificates.put(CertificateKey.of(certificate), certificate);
    }

    /** In its position it keeps its place, in another one it comes last, as in the routers of workers. */
    private void replace(final FrontendConfig frontend) {
        if (frontends.get(frontend.key()).position() != frontend.position()) {
            frontends.remove(frontend.key());
        }
        frontends.put(frontend.key(), frontend);
    }

    private void switchListener(final InetSocketAddress address, final boolean active) {
        listeners.computeIfPresent(address, (same, listener) -> listener.withActive(active));
    }

    /**
     * Returns the orders that make this state out of an empty one: listeners, certificates, clusters,
     * frontends, backends, and the activations last, so that nobody is accepted before there is somewhere to
     * go.
     *
     * <p>Frontends and backends may outlive their cluster; it is added for them and removed at the end.
     */
    public List<Order.Change> orders() {
        return ConfigDiff.between(new ConfigState(), this);
    }

    /** Returns the listeners. */
    public Collection<ListenerConfig> listeners() {
        return Collections.unmodifiableCollection(listeners.values());
    }

    /** Returns the listener with this address, or null. */
    public ListenerConfig listener(final InetSocketAddress address) {
        return listeners.get(address);
    }

    /** Returns the clusters. */
    public Collection<ClusterConfig> clusters() {
        return Collections.unmodifiableCollection(clusters.values());
    }

    /** Returns the cluster with this id, or null. */
    public ClusterConfig cluster(final String clusterId) {
        return clusters.get(clusterId);
    }

    /** Returns the frontends. */
    public Collection<FrontendConfig> frontends() {
        return Collections.unmodifiableCollection(frontends.values());
    }

    /** Returns the frontends of a cluster, whether it is there or not. */
    public List<FrontendConfig> frontends(final String clusterId) {
        return frontends.values().stream().filter(frontend -> clusterId.equals(frontend.clusterId()))
            .toList();
    }

    /** Returns the frontend with this key, or null. */
    public FrontendConfig frontend(final FrontendKey key) {
        return frontends.get(key);
    }

    /** Returns the backends. */
    public Collection<BackendConfig> backends() {
        return Collections.unmodifiableCollection(backends.values());
    }

    /** Returns the backends of a cluster, whether it is there or not. */
    public List<BackendConfig> backends(final String clusterId) {
        return backends.values().stream().filter(backend -> backend.clusterId().equals(clusterId)).toList();
    }

    /** Returns the certificates, but for those that are part of their listeners. */
    public Collection<CertificateConfig> certificates() {
        return Collections.unmodifiableCollection(certificates.values());
    }

    CertificateConfig certificate(final CertificateKey key) {
        return certificates.get(key);
    }

    BackendConfig backend(final BackendKey key) {
        return backends.get(key);
    }

    /** Compares what is configured, not the order in which it was added. */
    @Override
    public boolean equals(final Object other) {
        return other instanceof ConfigState state && listeners.equals(state.listeners)
            && clusters.equals(state.clusters) && frontends.equals(state.frontends)
            && backends.equals(state.backends) && certificates.equals(state.certificates);
    }

    @Override
    public int hashCode() {
        return listeners.hashCode() + 31 * clusters.hashCode() + 37 * frontends.hashCode()
            + 41 * backends.hashCode() + 43 * certificates.hashCode();
    }

    @Override
    public String toString() {
        return "listeners " + listeners.values() + ", clusters " + clusters.values() + ", frontends "
            + frontends.values() + ", backends " + backends.values() + ", certificates "
            + certificates.values();
    }
}
