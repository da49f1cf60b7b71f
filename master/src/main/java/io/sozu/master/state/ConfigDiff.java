package io.sozu.master.state;

import io.sozu.control.Order;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.ListenerConfig;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The orders that turn one state into another, additions before removals where both can be at once. */
public final class ConfigDiff {
    private final ConfigState from;
    private final ConfigState to;
    private final List<Order.Change> orders = new ArrayList<>();

    private ConfigDiff(final ConfigState from, final ConfigState to) {
        this.from = from;
        this.to = to;
    }

    /**
     * Returns the orders that turn {@code from} into {@code to}; obeyed one after the other, none is refused.
     *
     * <p>A listener or frontend whose settings differ gets the new ones; one that speaks another protocol is
     * removed and added again, with its frontends.
     */
    public static List<Order.Change> between(final ConfigState from, final ConfigState to) {
        final ConfigDiff diff = new ConfigDiff(from, to);
        diff.replaceListeners();
        diff.addCertificates();
        final Set<String> borrowed = diff.addClusters();
        diff.replaceFrontends();
        diff.addBackends();
        diff.switchListeners();
        diff.removeCertificates();
        diff.removeBackends();
        diff.removeClusters(borrowed);
        return List.copyOf(diff.orders);
    }

    private void replaceListeners() {
        for (final ListenerConfig listener : from.listeners()) {
            if (!stays(listener)) {
                orders.add(new Order.RemoveListener(listener.address(), listener.protocol()));
            }
        }
        for (final ListenerConfig listener : to.listeners()) {
            if (!stays(listener)) {
                orders.add(new Order.AddHttpListener(listener));
            } else if (!from.listener(listener.address()).withActive(false)
                .equals(listener.withActive(false))) {
                orders.add(new Order.ReplaceHttpListener(listener));
            }
        }
    }

    /** Returns whether a listener of either state is in both, perhaps with other settings. */
    private boolean stays(final ListenerConfig listener) {
        final ListenerConfig before = from.listener(listener.address());
        final ListenerConfig after = to.listener(listener.address());
        return before != null && after != null && before.protocol() == after.protocol();
    }

    private void addCertificates() {
        for (final CertificateConfig certificate : to.certificates()) {
            if (!stays(to.listener(certificate.address()))
                || !certificate.equals(from.certificate(CertificateKey.of(certificate)))) {
                orders.add(new Order.AddCertificate(certificate));
            }
        }
    }

    /** Those of a listener that goes, go with it. */
    private void removeCertificates() {
        for (final CertificateConfig certificate : from.certificates()) {
            if (stays(from.listener(certificate.address()))
                && to.certificate(CertificateKey.of(certificate)) == null) {
                orders.add(new Order.RemoveCertificate(certificate.address(), certificate.fingerprint()));
            }
        }
    }

    /** Adds what is new, and for as long as something is added to them, clusters that neither state has. */
    private Set<String> addClusters() {
        for (final ClusterConfig cluster : to.clusters()) {
            if (!cluster.equals(from.cluster(cluster.clusterId()))) {
                orders.add(new Order.AddCluster(cluster));
            }
        }
        final Set<String> borrowed = new LinkedHashSet<>();
        to.frontends().stream().filter(this::isNew).filter(frontend -> !frontend.deny())
            .map(FrontendConfig::clusterId).forEach(borrowed::add);
        to.backends().stream().filter(this::isNew).map(BackendConfig::clusterId).forEach(borrowed::add);
        borrowed.removeIf(clusterId -> to.cluster(clusterId) != null || from.cluster(clusterId) != null);
        borrowed.forEach(clusterId -> orders.add(new Order.AddCluster(ClusterConfig.of(clusterId))));
        return borrowed;
    }

    private void replaceFrontends() {
        for (final FrontendConfig frontend : from.frontends()) {
            final ListenerConfig listener = from.listener(frontend.key().address());
            if (stays(listener) && to.frontend(frontend.key()) == null) {
                orders.add(new Order.RemoveHttpFrontend(frontend.key(), listener.protocol()));
            }
        }
        to.frontends().stream().filter(this::isNew).forEach(frontend -> {
            final ListenerConfig listener = to.listener(frontend.key().address());
            final boolean isKnown = from.frontend(frontend.key()) != null && stays(listener);
            orders.add(isKnown ? new Order.ReplaceHttpFrontend(frontend, listener.protocol())
                : new Order.AddHttpFrontend(frontend, listener.protocol()));
        });
    }

    private boolean isNew(final FrontendConfig frontend) {
        return !frontend.equals(from.frontend(frontend.key()))
            || !stays(to.listener(frontend.key().address()));
    }

    private void addBackends() {
        to.backends().stream().filter(this::isNew).forEach(backend ->
            orders.add(new Order.AddBackend(backend)));
    }

    private boolean isNew(final BackendConfig backend) {
        return !backend.equals(from.backend(BackendKey.of(backend)));
    }

    private void switchListeners() {
        for (final ListenerConfig listener : to.listeners()) {
            final boolean open = stays(listener) && from.listener(listener.address()).active();
            if (listener.active() && !open) {
                orders.add(new Order.ActivateListener(listener.address(), listener.protocol(), false,
                    Order.NO_SLOT));
            } else if (!listener.active() && open) {
                orders.add(new Order.DeactivateListener(listener.address(), listener.protocol(), false,
                    Order.NO_SLOT));
            }
        }
    }

    private void removeBackends() {
        for (final BackendConfig backend : from.backends()) {
            if (to.backend(BackendKey.of(backend)) == null) {
                orders.add(new Order.RemoveBackend(backend.clusterId(), backend.backendId(),
                    backend.address()));
            }
        }
    }

    private void removeClusters(final Set<String> borrowed) {
        for (final ClusterConfig cluster : from.clusters()) {
            if (to.cluster(cluster.clusterId()) == null) {
                orders.add(new Order.RemoveCluster(cluster.clusterId()));
            }
        }
        borrowed.forEach(clusterId -> orders.add(new Order.RemoveCluster(clusterId)));
    }
}
